// The rows that are drawn give the picture of all rows: pixel by pixel, in SVG
// and in WebGL. FULL=1 runs every combination, with more rows; otherwise each
// frame is drawn once in each, and a few in all the other ways. FIDELITY=1
// writes down what was found: see findings.mjs.
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { frame, frameNames, line, seriesNames } from './frames.mjs';
import { launch, serveDemo } from './harness.mjs';
import { lead, table, tell, write } from './findings.mjs';
import { compare, draw, ends, openCanvas, store } from './pictures.mjs';

const all = !!process.env.FULL;
const rows = { svg: all ? 10_000 : 3_000, webgl: all ? 60_000 : 20_000 };

let demo, browser;
const canvases = new Map();

before(async () => {
  [demo, browser] = await Promise.all([serveDemo(), launch()]);
}, { timeout: 180_000 });

after(async () => {
  console.log(table());
  await browser?.close();
  await demo?.stop();
});

if (process.env.FIDELITY) afterEach(() => write(`Chromium ${browser.version()}, frames of up to ${rows.webgl} rows beside the taxi frame${all ? ', every combination' : ''}`));

async function canvas(how) {
  const key = JSON.stringify(how);
  if (!canvases.has(key)) canvases.set(key, openCanvas(browser, demo.url, how));
  const opened = await canvases.get(key);
  opened.problems.length = 0;
  return opened;
}

const ways = [];
for (const name of frameNames) {
  for (const render of ['svg', 'webgl']) {
    const few = ['clustered', 'duplicates'].includes(name);
    for (const dpr of all || few ? [1, 2] : [1]) {
      for (const plotly of all || few && dpr === 1 ? [4, 3] : [4]) {
        for (const opacity of all || few && dpr === 1 && plotly === 4 ? [1, 0.5, 0.2] : [1]) ways.push({ name, render, dpr, plotly, opacity });
      }
    }
  }
}

// What the difference may be. Markers of several sizes are translucent unless
// told otherwise: plotly.js draws them at 0.7.
function allowed({ render, opacity }) {
  if (render === 'svg') return opacity === 1 ? { differing: 0, worst: 0 } : { visible: 0, worst: Math.ceil(1 / opacity) };
  return opacity === 1 ? { visible: 0, worst: 8 } : { visible: 0, worst: 16 };
}

// The ranges are Plotly's own but for the last bit: its logarithm is not Go's.
function assertRanges(reduced, full) {
  const numbers = d => d.ranges.flat().map(v => typeof v === 'number' ? +v.toPrecision(14) : v);
  assert.deepEqual(numbers(reduced), numbers(full));
}

for (const way of ways) {
  const { name, render, dpr, plotly, opacity } = way;
  test(`${name}, ${render}, density ${dpr}, plotly.js ${plotly}, opacity ${opacity}`, { timeout: 120_000 }, async t => {
    const { page, problems } = await canvas({ dpr, plotly });
    const { columns, args, atMost } = frame(name, rows[render]);
    const request = { frame: await store(page, columns), args: { ...args, render_mode: render, ...(opacity < 1 && { opacity }) } };
    const full = await draw(page, request);
    const reduced = await draw(page, { ...request, reduce: { method: 'visible', margin: 1, ...full.area, dpr } });
    assert.deepEqual(problems, []);
    assert.deepEqual(full.types, [render === 'svg' ? 'scatter' : 'scattergl']);
    assertRanges(reduced, full);
    const found = compare(full.picture, reduced.picture, t.name);
    t.diagnostic(`${reduced.rows} of ${full.rows} rows, ${found.differing} pixels differ, ${found.visible} to the eye, worst ${found.worst}`);
    const drawnAt = args.size && opacity === 1 ? 0.7 : opacity;
    tell(drawnAt === 1 ? render : `${render} translucent`, { ...found, limit: Math.ceil(1 / drawnAt) });
    for (const [what, most] of Object.entries(allowed({ render, opacity: drawnAt }))) {
      assert.ok(found[what] <= most, `${what}: ${found[what]}, want at most ${most}: ${JSON.stringify(found)}`);
    }
    if (opacity === 1) assert.ok(reduced.rows <= atMost * full.rows, `${reduced.rows} of ${full.rows} rows`);
    assert.equal(reduced.reduction.rows_out, reduced.rows);
  });
}

test('taxi: few bytes, painted at once, and the picture of all rows', { timeout: 280_000 }, async t => {
  const { page } = await canvas({ dpr: 1, plotly: 4 });
  const request = { frame: 'taxi', filter: 'passenger_count == 1', args: { x: 'trip_distance', y: 'total_amount' } };
  const full = await draw(page, request), reduce = { method: 'auto', ...full.area, dpr: 1, margin: 1 };
  const reduced = await draw(page, { ...request, reduce });
  const found = compare(full.picture, reduced.picture, t.name);
  t.diagnostic(`${reduced.rows} of ${full.rows} rows, ${JSON.stringify(found)}`);
  tell('webgl', found);
  assert.equal(found.visible, 0);
  assert.ok(found.worst <= 8, `${found.worst}`);

  // Of a page of 900 × 600 px, with the margin that a page has which does not know its plot yet.
  const wire = await page.evaluate(async request => {
    const size = async (reduce, stream) => {
      const { body } = await fetch('/v1/figure', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...request, reduce }) });
      return (await new Response(stream ? body.pipeThrough(new CompressionStream('gzip')) : body).arrayBuffer()).byteLength;
    };
    const few = { method: 'auto', width: 740, height: 460, dpr: 1 };
    return { full: await size(), reduced: await size(few), fullZip: await size(undefined, true), reducedZip: await size(few, true) };
  }, request);
  t.diagnostic(`${wire.reduced} of ${wire.full} bytes`);
  tell('bytes', wire);
  assert.ok(wire.reduced <= 0.03 * wire.full, `${wire.reduced} of ${wire.full} bytes`);

  // The faster of two of each.
  const click = {
    full: Math.min(full.painted, (await draw(page, request)).painted),
    reduced: Math.min(reduced.painted, (await draw(page, { ...request, reduce })).painted),
  };
  t.diagnostic(`painted after ${JSON.stringify(click)} ms`);
  tell('click', click);
  assert.ok(click.reduced <= click.full / 5, JSON.stringify(click));
  lead({ full, reduced, found, bytes: { full: full.bytes, reduced: reduced.bytes } });
});

// Both sides of 100,000 points, where scattergl pads its axes in another way.
// The rows are few to the eye, and so drawn fast: nearly all are on one spot.
for (const [axes, make] of Object.entries({
  'linear axes': (n, i) => [i === 0 ? -3.25 : i === 1 ? 17.5 : 5, i === 2 ? 1e4 : i === 3 ? -7 : 5],
  'log axes': (n, i) => [i === 0 ? 0.002 : i === 1 ? 170 : 5, i === 2 ? 1e9 : i === 3 ? 0.5 : 5],
  'date axes': (n, i) => [`20${10 + i % 2 * 9}-0${1 + i % 2}-11T10:20:30.123`, i === 2 ? 77.7 : 5],
  'axes of categories': (n, i) => [['ant', 'bee', 'cat'][i % 3], i === 2 ? 77.7 : 5],
})) {
  test(`ranges are Plotly's on ${axes}`, { timeout: 120_000 }, async () => {
    const { page } = await canvas({ dpr: 1, plotly: 4 });
    for (const n of axes === 'linear axes' ? [99_999, 100_000] : [100_000]) {
      const points = Array.from({ length: n }, (_, i) => make(n, i));
      const type = { 'date axes': 'timestamp[ms]', 'axes of categories': 'utf8' }[axes] ?? 'float64';
      const columns = [{ name: 'x', type, values: points.map(p => p[0]) }, { name: 'y', type: 'float64', values: points.map(p => p[1]) }];
      const request = { frame: await store(page, columns), args: { x: 'x', y: 'y', render_mode: 'webgl', ...(axes === 'log axes' && { log_x: true, log_y: true }) } };
      const full = await draw(page, request);
      const reduced = await draw(page, { ...request, reduce: { method: 'visible', ...full.area, dpr: 1 } });
      assert.ok(reduced.rows < full.rows / 10, `${reduced.rows} of ${full.rows} rows`);
      assertRanges(reduced, full);
      tell('range', { axes: `${axes} of ${n.toLocaleString('en')} rows` });
    }
  });
}

// The first answer is made before the plot's real area is known, and with a
// margin for that: the picture is nearly right until the page has asked again,
// and right from then on. The plot's margins are 170 × 70 px.
const page = ([width, height], byX, byY = byX) => ({ page: [Math.round(170 + byX * (width - 170)), Math.round(70 + byY * (height - 70))] });
const unexpected = {
  'a smaller page': page([700, 450], 0.7), 'a page 1.2 times as large': page([700, 450], 1.2), 'a page 1.5 times as large': page([700, 450], 1.5),
  'a wider page': page([700, 450], 1.5, 1), 'a higher page': page([700, 450], 1, 1.5),
  'markers of 5 px': { size: 5 }, 'markers of 4 px': { size: 4 },
};
for (const [title, change] of Object.entries(unexpected)) {
  for (const render of ['svg', 'webgl']) {
    for (const dpr of all || /1.2|of 5/.test(title) ? [1, 2] : [1]) {
      test(`${title} than was assumed, ${render}, density ${dpr}`, { timeout: 120_000 }, async t => {
        const { page } = await canvas({ dpr, plotly: 4 });
        const { columns, args } = frame('clustered', rows[render]);
        const request = { frame: await store(page, columns), args: { ...args, render_mode: render } };
        const { area, ranges: [xaxis, yaxis] } = await draw(page, request);
        const full = await draw(page, request, { ...change, xaxis, yaxis });
        const first = await draw(page, { ...request, reduce: { method: 'visible', ...area, dpr } }, { ...change, xaxis, yaxis });
        const found = compare(full.picture, first.picture, t.name);
        t.diagnostic(`${first.rows} of ${full.rows} rows, ${JSON.stringify(found)}`);
        tell('unexpected', found);
        assert.ok(first.rows < full.rows);
        assert.ok(found.visible <= 0.002 * found.inked, `${found.visible} of ${found.inked} inked pixels differ`);
        if (!change.page) return; // a request does not tell a marker's size
        const x = xaxis, y = yaxis; // at which Plotly's range of the first page stays
        const refined = await draw(page, { ...request, reduce: { method: 'visible', margin: 1, ...full.area, dpr, x, y } }, { ...change, xaxis, yaxis });
        const left = compare(full.picture, refined.picture, `${t.name} refined`);
        tell('refined', left);
        assert.equal(left[render === 'svg' ? 'differing' : 'visible'], 0, JSON.stringify(left));
      });
    }
  }
}

// A smooth line is only reduced where it has more than some 100 rows a pixel. To
// draw all rows of the others takes Chromium a quarter of a minute at 200,000.
for (const name of seriesNames) {
  for (const dpr of [1, 2]) {
    test(`line, ${name}, density ${dpr}`, { timeout: 240_000 }, async t => {
      const { page } = await canvas({ dpr, plotly: 4 });
      const { columns, args } = line(name, all || name === 'smooth' ? 200_000 : 50_000);
      const request = { kind: 'line', frame: await store(page, columns), args };
      const full = await draw(page, request, { simplify: false });
      const simplified = await draw(page, request, { simplify: true });
      const reduced = await draw(page, { ...request, reduce: { method: 'auto', ...full.area, dpr } });
      assertRanges(reduced, full);
      const found = compare(full.picture, reduced.picture, t.name), plotlys = compare(full.picture, simplified.picture);
      t.diagnostic(`${reduced.rows} of ${full.rows} rows; of ${found.inked} inked pixels ${found.off} are off, ${plotlys.off} by Plotly's own simplify`);
      tell('line', found);
      tell('simplify', { name: `${name} ×${dpr}`, off: found.off, plotlys: plotlys.off });
      assert.ok(reduced.rows < full.rows);
      assert.ok(found.off <= 0.002 * found.inked, `${found.off} of ${found.inked} inked pixels are off`);
      assert.ok(found.off < plotlys.off || plotlys.off === 0 && found.off === 0, `${found.off} pixels are off, ${plotlys.off} by Plotly's own simplify`);
    });
  }
}

test('a line breaks where that of all rows does, by all methods', { timeout: 240_000 }, async () => {
  const { page } = await canvas({ dpr: 1, plotly: 4 });
  const { columns, args } = line('gappy', 50_000);
  const request = { kind: 'line', frame: await store(page, columns), args };
  const full = await draw(page, request, { simplify: false }), pieces = await ends(page);
  assert.equal(pieces.length, 5);
  for (const method of ['auto', 'every', 'minmax', 'm4', 'lttb', 'minmaxlttb', 'swing']) {
    const reduced = await draw(page, { ...request, reduce: { method, ...full.area, dpr: 1 } });
    assert.ok(reduced.rows < full.rows, method);
    assert.deepEqual(await ends(page), pieces, method);
    tell('breaks', { method, pieces: pieces.length });
  }
});
