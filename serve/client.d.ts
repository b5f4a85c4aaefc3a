// The types of client.js.

/** What POST /v1/figure takes. Unknown members are refused by the server. */
export interface Request {
  /** A handle, or the name of a frame. */
  frame: string;
  /** For example `passenger_count == 1 and trip_distance between 0 and 20`. */
  filter?: string;
  kind?: 'scatter' | 'line';
  /** The arguments of px.scatter or px.line by their names. */
  args?: Record<string, unknown>;
  reduce?: Reduce;
  arrays?: 'auto' | 'typed' | 'text';
}

/**
 * How rows are chosen. The plot's area in CSS px, its ranges and the density of
 * pixels are measured; only with Options.figure do they tell what it was asked for.
 */
export interface Reduce {
  method?: string;
  budget?: number;
  max_error?: number;
  width?: number;
  height?: number;
  dpr?: number;
  x?: Range | null;
  y?: Range | null;
}

/** As Plotly writes it: powers of ten on a log axis, text on an axis of dates. */
export type Range = [number | string, number | string];

/** What was done to the rows; the server's record. */
export interface Reduction {
  method: 'none' | 'minmax' | 'path' | 'visible' | 'density' | 'sample' | (string & {});
  rows_in: number;
  /** Those inside the ranges of the axes. */
  rows_in_view: number;
  rows_out: number;
  bound: number;
  bound_kind: 'none' | 'hausdorff_px' | 'channel' | 'channel_inner';
}

export interface Figure {
  data: object[];
  layout: Record<string, unknown>;
  frames?: object[];
}

export interface Options {
  /** plotly.js, 2.35 or newer; the global Plotly if not given. */
  Plotly?: object;
  /** Where the interface is mounted; the folder of client.js if not given. */
  base?: string | URL;
  /** Laid over the figure's layout: margins, fonts. */
  layout?: Record<string, unknown>;
  /** Laid over the configuration of plotly.js. */
  config?: Record<string, unknown>;
  /** The figure, if the page has it already, and its ETag. */
  figure?: Figure;
  etag?: string;
  /** false shows no badge. */
  badge?: boolean;
  /** Called whenever other rows are drawn. */
  onReduction?(reduction: Reduction | undefined): void;
  /** Called when the server refuses or cannot be reached; the picture stays. */
  onError?(error: Error & { status?: number; retryAfter?: number }): void;
  /** Asks instead of the global fetch. */
  fetch?: typeof fetch;
}

export interface Attachment {
  /** Resolves when the figure is drawn, and its rows are those of the real plot's area. */
  readonly ready: Promise<void>;
  /** What was done to the rows that are drawn. */
  readonly reduction: Reduction | undefined;
  /** Stops refining and removes the badge. The picture stays. */
  detach(): void;
}

/** Draws the figure in div, and asks for other rows as the reader zooms, pans or resizes. */
export function attach(div: HTMLElement, request: Request, options?: Options): Attachment;

declare global {
  var Pointillist: { attach: typeof attach };
}
