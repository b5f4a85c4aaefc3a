// The rows that are drawn give the picture of all rows: pixel by pixel, in SVG
// and in WebGL. FULL=1 runs every combination, with more rows; otherwise each
// frame is drawn once in each, and a few in all the other ways.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { frame, frameNames, line, seriesNames } from './frames.mjs';
import { launch, serveDemo } from './harness.mjs';
import { compare, draw, openCanvas, store } from './pictures.mjs';

const all = !!process.env.FULL;
const rows = { svg: all ? 10_000 : 3_000, webgl: all ? 60_000 : 20_000 };

let demo, browser;
const canvases = new Map();

before(async () => {
  [demo, browser] = await Promise.all([serveDemo(), launch()]);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

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
    for (const [what, most] of Object.entries(allowed({ render, opacity: args.size && opacity === 1 ? 0.7 : opacity }))) {
      assert.ok(found[what] <= most, `${what}: ${found[what]}, want at most ${most}: ${JSON.stringify(found)}`);
    }
    if (opacity === 1) assert.ok(reduced.rows <= atMost * full.rows, `${reduced.rows} of ${full.rows} rows`);
    assert.equal(reduced.reduction.rows_out, reduced.rows);
  });
}

test('taxi: few bytes, and the picture of all rows', { timeout: 240_000 }, async t => {
  const { page } = await canvas({ dpr: 1, plotly: 4 });
  const request = { frame: 'taxi', filter: 'passenger_count == 6', args: { x: 'trip_distance', y: 'total_amount' } };
  const full = await draw(page, request);
  const reduced = await draw(page, { ...request, reduce: { method: 'visible', margin: 1, ...full.area, dpr: 1 } });
  const found = compare(full.picture, reduced.picture, t.name);
  t.diagnostic(`${reduced.rows} of ${full.rows} rows, ${JSON.stringify(found)}`);
  assert.equal(found.visible, 0);
  assert.ok(found.worst <= 8, `${found.worst}`);
  const sizes = await page.evaluate(async request => {
    const ask = async reduce => (await (await fetch('/v1/figure', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...request, filter: 'passenger_count == 1', reduce }),
    })).arrayBuffer()).byteLength;
    return { full: await ask(), reduced: await ask({ method: 'auto', width: 740, height: 460, dpr: 1 }) };
  }, request);
  t.diagnostic(`passenger_count == 1: ${sizes.reduced} of ${sizes.full} bytes`);
  assert.ok(sizes.reduced <= 0.03 * sizes.full, `${sizes.reduced} of ${sizes.full} bytes`);
});

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
        assert.ok(first.rows < full.rows);
        assert.ok(found.visible <= 0.002 * found.inked, `${found.visible} of ${found.inked} inked pixels differ`);
        if (!change.page) return; // a request does not tell a marker's size
        const x = xaxis, y = yaxis; // at which Plotly's range of the first page stays
        const refined = await draw(page, { ...request, reduce: { method: 'visible', margin: 1, ...full.area, dpr, x, y } }, { ...change, xaxis, yaxis });
        const left = compare(full.picture, refined.picture, `${t.name} refined`);
        assert.equal(left[render === 'svg' ? 'differing' : 'visible'], 0, JSON.stringify(left));
      });
    }
  }
}

// A smooth line is only reduced where it has more than some 100 rows a pixel. To
// draw all rows of the others takes Chromium a quarter of a minute at 200,000.
for (const name of seriesNames) {
  for (const dpr of [1, 2]) {
    test(`line, ${name}, density ${dpr}`, { timeout: 120_000 }, async t => {
      const { page } = await canvas({ dpr, plotly: 4 });
      const { columns, args } = line(name, all || name === 'smooth' ? 200_000 : 50_000);
      const request = { kind: 'line', frame: await store(page, columns), args };
      const full = await draw(page, request, { simplify: false });
      const simplified = await draw(page, request, { simplify: true });
      const reduced = await draw(page, { ...request, reduce: { method: 'auto', ...full.area, dpr } });
      assertRanges(reduced, full);
      const found = compare(full.picture, reduced.picture, t.name), plotlys = compare(full.picture, simplified.picture);
      t.diagnostic(`${reduced.rows} of ${full.rows} rows; of ${found.inked} inked pixels ${found.off} are off, ${plotlys.off} by Plotly's own simplify`);
      assert.ok(reduced.rows < full.rows);
      assert.ok(found.off <= 0.002 * found.inked, `${found.off} of ${found.inked} inked pixels are off`);
      assert.ok(found.off < plotlys.off || plotlys.off === 0 && found.off === 0, `${found.off} pixels are off, ${plotlys.off} by Plotly's own simplify`);
    });
  }
}
