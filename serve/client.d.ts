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
  method?: 'none' | 'auto' | 'every' | 'minmax' | 'm4' | 'lttb' | 'minmaxlttb' | 'swing' | 'visible' | 'sample' | 'density';
  budget?: number;
  max_error?: number;
  /** How much larger than was thought the plot may be, of the first figure; 1.5. */
  margin?: number;
  /** Of counts: of each trace, or of all in a panel. */
  by?: 'trace' | 'panel';
  /** A column of numbers among the arguments, whose mean cells show. */
  mean?: string;
  /** How counts are colored; log if not given. */
  scale?: 'log' | 'linear' | 'equalized';
  /** A filter: rows to draw whatever else is left out. */
  keep?: string;
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
  /** Those that are not drawn, but counted in cells. */
  rows_counted: number;
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
  /** Resolves when the rows of what is on the screen are drawn, or could not be had. */
  settled(): Promise<void>;
  /** Asks for every row under a point of the plot: see the function pick. */
  pick(at: At, options?: Omit<PickOptions, 'base' | 'fetch'>): Promise<Picked | undefined>;
  /** Stops refining and removes the badge. The picture stays. */
  detach(): void;
}

/** Where to pick: an event of Plotly, one of the mouse, or data coordinates in a panel. */
export type At =
  | { points: readonly object[] }
  | { clientX: number; clientY: number }
  | { x: Value; y: Value; xaxis?: string; yaxis?: string };

/** As Plotly's events have it. */
export type Value = number | string | boolean;

export interface PickOptions {
  /** The most rows to list; 1,000 if not given. */
  limit?: number;
  /** CSS px beside a row that still count: 0 beside markers, 5 beside lines if not given. */
  radius?: number;
  signal?: AbortSignal;
  base?: string | URL;
  fetch?: typeof fetch;
}

/** The rows under a point, in data order; rows, traces, points and values of columns lie side by side. */
export interface Picked {
  total: number;
  /** Whether some of them are not listed. */
  more: boolean;
  /** The one that is drawn last; null if there is none. */
  top: { row: number; trace: number; point: number } | null;
  /** Their numbers in the frame. */
  rows: number[];
  /** The traces that draw them, by their places in the figure. */
  traces: number[];
  /** Their numbers among all rows of the trace. */
  points: number[];
  /** Of the figure's arguments, x and y first. */
  columns: { name: string; values: (Value | null)[] }[];
}

/** Draws the figure in div, and asks for other rows as the reader zooms, pans or resizes. */
export function attach(div: HTMLElement, request: Request, options?: Options): Attachment;

/**
 * Asks for every row under a point of a plot that shows the figure of request, those
 * that are not drawn too. Undefined if a mouse is not over a panel.
 */
export function pick(div: HTMLElement, request: Request, at: At, options?: PickOptions): Promise<Picked | undefined>;

declare global {
  var Pointillist: { attach: typeof attach; pick: typeof pick };
}
