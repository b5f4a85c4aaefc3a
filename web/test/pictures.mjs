// Draws figures in a browser page and compares their pictures.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { openPage, out, root } from './harness.mjs';

const packages = { 3: 'plotly3', 4: 'plotly.js-dist-min' };

// openCanvas opens a page with a plot of 700 × 450 CSS px and nothing else.
export async function openCanvas(browser, url, { dpr = 1, plotly = 4 } = {}) {
  const { page, problems } = await openPage(browser, url + 'healthz', { deviceScaleFactor: dpr, viewport: { width: 1100, height: 700 } });
  await page.addScriptTag({ path: join(root, 'web/node_modules', packages[plotly], 'plotly.min.js') });
  await page.evaluate(() => {
    document.body.innerHTML = '<div id="plot" style="width:700px;height:450px;background:#fff"></div>';
    document.body.style.margin = 0;
  });
  return { page, problems, dpr };
}

// store sends columns as a frame, and returns its handle.
export const store = (page, columns) => page.evaluate(async columns => {
  const response = await fetch('/v1/frames', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ columns }) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).frame;
}, columns);

// draw asks for a figure, draws it and returns its picture, the plot's area
// and ranges, its rows and what was done to them.
export async function draw(page, request, change) {
  const drawn = await page.evaluate(async ([request, change]) => {
    const clicked = performance.now();
    const response = await fetch('/v1/figure', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request) });
    if (!response.ok) throw new Error(await response.text());
    const text = await response.text();
    const { data, layout } = JSON.parse(text);
    for (const trace of data) {
      if (change?.simplify !== undefined) trace.line = { ...trace.line, simplify: change.simplify };
      if (change?.size) trace.marker.size = change.size;
    }
    Plotly.purge('plot');
    const [width, height] = change?.page ?? [700, 450];
    Object.assign(document.getElementById('plot').style, { width: `${width}px`, height: `${height}px` });
    const fixed = { margin: { l: 60, r: 110, t: 20, b: 50 }, width, height };
    for (const name of ['xaxis', 'yaxis']) if (change?.[name]) fixed[name] = { ...layout[name], range: change[name], autorange: false };
    await Plotly.newPlot('plot', data, { ...layout, ...fixed }, { displayModeBar: false, showSendToCloud: false });
    await new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const { _size, xaxis, yaxis } = document.getElementById('plot')._fullLayout;
    const full = document.getElementById('plot')._fullData;
    return {
      painted: performance.now() - clicked, bytes: new Blob([text]).size, area: { width: _size.w, height: _size.h }, ranges: [xaxis.range, yaxis.range], types: [...new Set(full.map(t => t.type))],
      rows: full.reduce((n, t) => n + (t._length ?? 0), 0), reduction: layout.meta?.reduction,
    };
  }, [request, change]);
  const picture = PNG.sync.read(await page.locator('#plot').screenshot());
  return { ...drawn, picture };
}

// ends returns where each piece of the lines begins and ends that are drawn in SVG, in
// pixels.
export const ends = page => page.evaluate(() => [...document.querySelectorAll('#plot .js-line')].flatMap(line =>
  line.getAttribute('d').split('M').slice(1).map(piece => {
    const points = piece.split('L');
    return [points[0], points.at(-1)];
  })));

// compare counts the pixels that differ at all, those that differ to the eye
// (pixelmatch, threshold 0.05, antialiased ones too), those off by more than
// 20 levels, the worst channel in levels, and the inked pixels of a.
export function compare(a, b, name) {
  const { width, height } = a;
  if (width !== b.width || height !== b.height) throw new Error(`${width} × ${height} and ${b.width} × ${b.height} px`);
  const marks = new PNG({ width, height });
  const found = { differing: 0, visible: pixelmatch(a.data, b.data, marks.data, width, height, { threshold: 0.05, includeAA: true }), off: 0, worst: 0, inked: 0 };
  const ground = groundOf(a);
  for (let i = 0; i < a.data.length; i += 4) {
    const by = Math.max(...[0, 1, 2].map(c => Math.abs(a.data[i + c] - b.data[i + c])));
    if (by > 0) found.differing++;
    if (by > 20) found.off++;
    found.worst = Math.max(found.worst, by);
    if ([0, 1, 2].some(c => Math.abs(a.data[i + c] - ground[c]) > 20 && Math.abs(a.data[i + c] - 255) > 20)) found.inked++;
  }
  if (name && found.differing > 0) {
    mkdirSync(out, { recursive: true });
    for (const [suffix, png] of Object.entries({ full: a, reduced: b, marks })) writeFileSync(join(out, `${name.replace(/\W+/g, '-')}-${suffix}.png`), PNG.sync.write(png));
  }
  return found;
}

// groundOf is the colour of the plot's background: the most frequent one but white.
function groundOf({ data }) {
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const colour = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
    if (colour !== 0xffffff) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const [colour] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a);
  return [colour >> 16, colour >> 8 & 255, colour & 255];
}
