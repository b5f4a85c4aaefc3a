// Draws a Pointillist figure and keeps it right: as the reader zooms, pans or
// resizes, the rows that can now be seen are asked for, and the ones that are
// drawn stay until the new ones are there.
//
//	import { attach } from '/client.js';
//	const plot = attach(document.getElementById('plot'), {
//	  frame: 'taxi', kind: 'scatter', args: { x: 'trip_distance', y: 'total_amount' },
//	});
//	await plot.ready;
//	…
//	plot.detach();
//
// It needs plotly.js 2.35 or newer, as the global Plotly or in the options, and
// nothing else. A page that has loaded it finds it as the global Pointillist
// too. client.d.ts has the types.

const pause = 60; // ms without an event before the rows of a view are asked for
const mostRounds = 3; // questions in a row that only our own drawing caused
const events = ['plotly_relayout', 'plotly_restyle', 'plotly_afterplot', 'plotly_autosize'];
const config = { displaylogo: false, showSendToCloud: false, plotlyServerURL: '' };

const attached = new WeakMap(); // a div's attachment

// attach draws the figure that request asks for, and refines it until detach.
// A div that is attached already is detached first.
export function attach(div, request, options = {}) {
  attached.get(div)?.detach();
  const plot = new Attachment(div, request, options);
  attached.set(div, plot);
  return plot;
}

class Attachment {
  #div; #request; #options; #Plotly; #base; #fetch;
  #latest = new Latest();
  #badge; #observer; #density; #timer;
  #whole = new Set(); // the ranges that the server gave to all rows
  #asked; // the view whose rows are drawn or on their way
  #etag; #reduction;
  #drawn; // the view that #etag was the answer for; of the first figure it is not told
  #drawing = false; #asking = 0; #rounds = 0; #detached = false;

  constructor(div, request, options) {
    this.#div = div;
    this.#request = request;
    this.#options = options;
    this.#Plotly = options.Plotly ?? globalThis.Plotly;
    this.#base = new URL(options.base ?? '.', import.meta.url);
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.ready = this.#start();
    this.ready.catch(() => {}); // the badge and onError tell it too
  }

  get reduction() { return this.#reduction; }

  // settled resolves when the rows of what is on the screen are drawn, or could not be had.
  async settled() {
    await this.ready.catch(() => {});
    do await later(pause); while (!this.#detached && (this.#timer || this.#asking || this.#drawing));
  }

  // pick asks for every row under at: see the function of that name.
  pick(at, options) {
    return pick(this.#div, this.#request, at, { base: this.#base, fetch: this.#fetch, ...options });
  }

  detach() {
    if (this.#detached) return;
    this.#detached = true;
    this.#latest.cancel();
    clearTimeout(this.#timer);
    this.#observer?.disconnect();
    this.#density?.removeEventListener('change', this.#denser);
    for (const event of events) this.#div.removeListener?.(event, this.#changed);
    this.#badge?.remove();
    if (attached.get(this.#div) === this) attached.delete(this.#div);
  }

  async #start() {
    try {
      if (!this.#Plotly) throw new Error('there is no plotly.js: load it first, or pass Plotly in the options');
      const first = await this.#first();
      if (this.#detached) return;
      this.#etag = first.etag;
      await this.#draw(first.figure.data, merged(first.figure.layout, this.#options.layout), first.figure.frames);
      this.#took(first.figure.layout.meta?.reduction, true);
      this.#listen();
      await this.#refine();
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  // first is the figure that the page has, or else the one for the area that
  // the plot is likely to have: the real one is known when it is drawn.
  async #first() {
    const { figure, layout } = this.#options, { x = null, y = null, width, height, dpr } = this.#request.reduce ?? {};
    if (figure) {
      if (width) this.#asked = JSON.stringify({ x, y, width, height, dpr });
      return this.#options;
    }
    const area = { ...likelyArea(this.#div, layout), dpr: devicePixelRatio };
    this.#asked = JSON.stringify({ x, y, ...area });
    const { answer, etag } = await this.#latest.ask((seq, signal) => this.#post('v1/figure', { reduce: { ...area, x, y }, seq }, signal)) ?? {};
    return { figure: answer, etag };
  }

  // refine asks for the rows of the view that is on the screen, unless these
  // are drawn or on their way.
  async #refine() {
    const view = viewOf(this.#div._fullLayout, devicePixelRatio, this.#whole);
    const key = JSON.stringify(view);
    if (key === this.#asked || this.#detached) return;
    this.#asked = key;
    this.#asking++;
    this.#say('refining…');
    try {
      const { x, y, ...area } = view;
      const body = { reduce: area, x, y, have: this.#etag, drawn: this.#drawn };
      const got = await this.#latest.ask((seq, signal) => this.#post('v1/refine', { ...body, seq }, signal));
      if (!got || this.#detached) return;
      if (got.answer) await this.#patch(got.answer, x === null && y === null, view);
      this.#say();
    } catch (error) {
      this.#asked = undefined; // the next event asks again
      return this.#failed(error);
    } finally {
      this.#asking--;
    }
    // Other rows may need another room for the labels of their axes.
    if (++this.#rounds < mostRounds) await this.#refine();
  }

  async #post(path, body, signal) {
    return post(this.#fetch, new URL(path, this.#base), mergedRequest(this.#request, body), signal);
  }

  async #patch(answer, whole, view) {
    while (this.#div._dragging) await later(pause); // a redraw would end the reader's gesture
    this.#etag = this.#drawn = undefined; // if this fails, the next answer is to be whole
    await this.#draw(patched(this.#div.data, answer.traces, answer.counts), merged(this.#div.layout, answer.layout));
    this.#etag = answer.etag;
    this.#drawn = view;
    this.#took(answer.reduction, whole);
  }

  // draw replaces what is drawn in one step. Events meanwhile are our own.
  async #draw(data, layout, frames) {
    this.#drawing = true;
    try {
      await this.#Plotly.react(this.#div, { data, layout, frames, config: { ...config, ...this.#options.config } });
    } finally {
      this.#drawing = false;
    }
  }

  #took(reduction, whole) {
    this.#reduction = reduction;
    if (whole) for (const axis of firstAxes(this.#div._fullLayout)) this.#whole.add(JSON.stringify(axis.range));
    this.#options.onReduction?.(reduction);
    this.#say();
  }

  #listen() {
    if (this.#detached) return;
    for (const event of events) this.#div.on(event, this.#changed);
    this.#observer = new ResizeObserver(() => {
      const { width, height } = this.#div._fullLayout;
      if (Math.round(this.#div.clientWidth) !== width || Math.round(this.#div.clientHeight) !== height) this.#Plotly.Plots.resize(this.#div);
    });
    if (this.#div.layout.width === undefined || this.#div.layout.height === undefined) this.#observer.observe(this.#div);
    this.#watchDensity();
  }

  #changed = () => {
    if (this.#drawing || this.#detached) return;
    this.#rounds = 0;
    this.#refineAfter(pause);
  };

  #refineAfter(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#refine();
    }, ms);
  }

  // A query of the media matches one density, so that each change needs a new one.
  #watchDensity() {
    this.#density?.removeEventListener('change', this.#denser);
    this.#density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#density.addEventListener('change', this.#denser);
  }

  #denser = () => { this.#watchDensity(); this.#changed(); };

  #failed(error) {
    if (this.#detached) return;
    this.#say(`not refined: ${error.message}`);
    this.#options.onError?.(error);
    if (error.retryAfter) this.#refineAfter(1000 * error.retryAfter);
  }

  // say writes the badge: what is given, or what the reduction says.
  #say(text = badgeText(this.#reduction)) {
    if (this.#options.badge === false || !this.#div.isConnected) return;
    if (!this.#badge?.isConnected) this.#badge = newBadge(this.#div);
    this.#badge.textContent = text;
  }
}

// pick asks for every row under a point of a plot that shows the figure of
// request: also those under other markers, and those that are not drawn. at is an
// event of Plotly (its first point counts), one of the mouse, or { x, y, xaxis,
// yaxis } in data coordinates. Traces that the reader has hidden do not count. It
// resolves to undefined if a mouse is not over a panel.
export async function pick(div, request, at, { limit, radius, signal, base = '.', fetch = globalThis.fetch.bind(globalThis) } = {}) {
  const layout = div._fullLayout, point = pointOf(div, at);
  if (!point) return undefined;
  const [x, y] = firstAxes(layout).map(axis => [...axis.range]);
  const { width, height, dpr } = viewOf(layout, devicePixelRatio);
  const body = { x, y, reduce: { width, height, dpr }, point: { ...point, traces: tracesOf(div, point), limit, radius } };
  return (await post(fetch, new URL('v1/pick', new URL(base, import.meta.url)), mergedRequest(request, body), signal)).answer;
}

// pointOf returns the place that an event points at, as POST /v1/pick takes it.
export function pointOf(div, at) {
  const [hit] = at.points ?? [];
  if (hit) return { x: hit.x, y: hit.y, xaxis: hit.xaxis?._id ?? 'x', yaxis: hit.yaxis?._id ?? 'y' };
  if (at.clientX === undefined) return { xaxis: 'x', yaxis: 'y', ...at };
  const { left, top } = div.getBoundingClientRect();
  for (const { xaxis, yaxis } of Object.values(div._fullLayout._plots)) {
    const [x, y] = [at.clientX - left - xaxis._offset, at.clientY - top - yaxis._offset];
    if (x < 0 || x > xaxis._length || y < 0 || y > yaxis._length) continue;
    return { x: valueAt(xaxis, x), y: valueAt(yaxis, y), xaxis: xaxis._id, yaxis: yaxis._id };
  }
}

// valueAt is the value at a pixel: of categories the place among them, of dates ms.
const valueAt = (axis, pixel) => axis.type === 'log' ? 10 ** axis.p2l(pixel) : axis.p2l(pixel);

// tracesOf lists the figure's traces in the panel of a point that are not hidden.
const tracesOf = (div, { xaxis, yaxis }) => div._fullData
  .filter(t => t.visible === true && (t.xaxis ?? 'x') === xaxis && (t.yaxis ?? 'y') === yaxis && !isCounts(t)).map(t => t.index);

// isCounts tells whether a trace is one that counts rows, beside those of the figure.
const isCounts = trace => trace.meta?.pointillist === 'counts';

// mergedRequest is a request with what is asked of it now.
const mergedRequest = (request, body) => ({ ...request, ...body, reduce: { method: 'auto', ...request.reduce, x: undefined, y: undefined, ...body.reduce } });

async function post(fetch, url, body, signal) {
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal });
  if (response.status === 304) return {};
  if (!response.ok) throw await problem(response);
  return { answer: await response.json(), etag: response.headers.get('ETag') };
}

// A Latest has one question under way. A newer one cancels it, and nobody
// hears of it again.
export class Latest {
  #seq = 0; #abort;

  // ask resolves to question's answer, or to undefined if a newer one was asked
  // meanwhile. It calls question(seq, signal).
  async ask(question) {
    this.cancel();
    const seq = this.#seq, { signal } = this.#abort = new AbortController();
    try {
      const answer = await question(seq, signal);
      return seq === this.#seq ? answer : undefined;
    } catch (error) {
      if (seq === this.#seq) throw error;
    }
  }

  cancel() {
    this.#seq++;
    this.#abort?.abort();
  }
}

// viewOf is what the visible rows depend on, read from a drawn plot: ranges as
// Plotly writes them, null for all rows; the plot's area in CSS px.
export function viewOf(layout, dpr, whole = new Set()) {
  const [x, y] = firstAxes(layout).map(axis => axis.autorange || whole.has(JSON.stringify(axis.range)) ? null : [...axis.range]);
  return { x, y, width: layout._size.w, height: layout._size.h, dpr };
}

const firstAxes = layout => ['xaxis', 'yaxis'].map(name => layout[name]);

// likelyArea is the plot's area with the margins that the page or else plotly.js sets.
export function likelyArea(div, layout = {}) {
  const { l = 80, r = 80, t = 60, b = 80 } = layout.margin ?? {};
  const width = layout.width ?? (div.clientWidth || 700), height = layout.height ?? (div.clientHeight || 450);
  return { width: Math.max(width - l - r, 1), height: Math.max(height - t - b, 1) };
}

// patched returns the traces with new columns: {index, "marker.color": […], …}, and
// the traces of counts instead of those that were there. What counts one trace is
// hidden with it.
export function patched(data, patches = [], counts = []) {
  const traces = data.filter(t => !isCounts(t));
  for (const { index, rows, drop, put, ...columns } of patches) {
    for (const [path, values] of Object.entries(columns)) {
      const keys = path.split('.');
      const all = drop ? spliced(keys.reduce((o, key) => o?.[key], traces[index]), values, drop, put, rows) : values;
      traces[index] = withPath(traces[index], keys, all);
    }
  }
  return [...traces, ...counts.map(c => ({ ...c, visible: traces[c.meta.trace]?.visible ?? true }))];
}

// spliced returns a column without the values at the places of drop, and with fresh
// ones at those of put. Each place is told by its distance from the one before.
export function spliced(column, fresh, drop, put, rows) {
  const old = decoded(column), added = decoded(fresh);
  if (old.length - drop.length + put.length !== rows) throw new Error('the columns on the page are not the ones that were sent');
  const all = old.constructor === added.constructor ? new old.constructor(rows) : new Array(rows);
  let from = 0, dropped = 0, next = drop[0], placed = 0, place = put[0];
  for (let to = 0; to < rows; to++) {
    if (to === place) {
      all[to] = added[placed++];
      place += put[placed];
      continue;
    }
    for (; from === next; from++) next += drop[++dropped];
    all[to] = old[from++];
  }
  return all;
}

const arrays = { f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array, i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array };

// decoded returns the values of a column as the server or the page has it.
function decoded(column) {
  if (column?.bdata === undefined) return column ?? [];
  if (typeof column.bdata !== 'string') return new arrays[column.dtype](column.bdata);
  return new arrays[column.dtype](Uint8Array.from(atob(column.bdata), c => c.charCodeAt(0)).buffer);
}

function withPath(object, [name, ...rest], value) {
  return { ...object, [name]: rest.length ? withPath(object?.[name], rest, value) : value };
}

// merged returns the layout with what more says; a range that is given stays.
export function merged(layout, more = {}) {
  const all = { ...layout };
  for (const [name, value] of Object.entries(more)) {
    all[name] = value?.constructor === Object && all[name]?.constructor === Object ? merged(all[name], value) : value;
  }
  if (more.range) all.autorange = false;
  return all;
}

// badgeText tells what a reduction did to the picture, and no more than is known.
export function badgeText(reduction) {
  if (!reduction) return '';
  const { method, rows_in: all, rows_in_view: inView = all, rows_out: out, rows_counted: counted = 0, bound, bound_kind: kind } = reduction;
  const count = n => n.toLocaleString('en');
  const of = inView < all ? `${count(inView)} rows in and around the view` : `${count(all)} rows`;
  if (counted > 0) return `counts of ${count(counted)} rows${out > 0 ? `, ${count(out)} rows drawn` : ''}`;
  if (out >= inView) return `all ${of} drawn`;
  return `${count(out)} of ${of} drawn, ${picture(method, bound, kind)}`;
}

function picture(method, bound, kind) {
  switch (kind) {
    case 'channel': return 'picture identical';
    case 'channel_inner': return 'picture identical but for stacked rims';
    case 'hausdorff_px': return `line within ${+bound.toPrecision(2)} px`;
  }
  return method === 'sample' ? 'a random sample: the picture differs' : 'the picture may differ';
}

function newBadge(div) {
  const badge = document.createElement('div');
  badge.className = 'pointillist-badge';
  badge.setAttribute('role', 'status');
  badge.style.cssText = 'position:absolute;right:4px;bottom:2px;z-index:2;pointer-events:none;' +
    'font:11px/1.3 system-ui,sans-serif;color:inherit;opacity:.75;text-align:right';
  if (getComputedStyle(div).position === 'static') div.style.position = 'relative';
  div.append(badge);
  return badge;
}

async function problem(response) {
  const { detail, title } = await response.json().catch(() => ({}));
  const error = new Error(detail || title || `${response.status} ${response.statusText}`);
  return Object.assign(error, { status: response.status, retryAfter: +response.headers.get('Retry-After') });
}

const later = ms => new Promise(resolve => setTimeout(resolve, ms));

globalThis.Pointillist = { attach, pick };
