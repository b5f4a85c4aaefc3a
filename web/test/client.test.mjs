// client.js: its parts alone, then in a browser with the real server.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Latest, badgeText, likelyArea, merged, patched, pointOf, spliced, viewOf } from '../../serve/client.js';
import { frame } from './frames.mjs';
import { launch, screenshot, serveDemo } from './harness.mjs';
import { PNG } from 'pngjs';
import { compare, openCanvas, store } from './pictures.mjs';

describe('badge', () => {
  const record = more => ({ method: 'visible', rows_in: 200_000, rows_in_view: 200_000, rows_out: 18_428, bound: 0.00196, bound_kind: 'channel', ...more });
  for (const [name, reduction, want] of [
    ['visible', record(), '18,428 of 200,000 rows drawn, picture identical'],
    ['zoomed in', record({ rows_in_view: 61_000 }), '18,428 of 61,000 rows in and around the view drawn, picture identical'],
    ['stacks', record({ bound_kind: 'channel_inner' }), '18,428 of 200,000 rows drawn, picture identical but for stacked rims'],
    ['line', record({ method: 'minmax', bound: 0.25, bound_kind: 'hausdorff_px' }), '18,428 of 200,000 rows drawn, line within 0.25 px'],
    ['sample', record({ method: 'sample', bound: 0, bound_kind: 'none' }), '18,428 of 200,000 rows drawn, a random sample: the picture differs'],
    ['lttb', record({ method: 'lttb', bound: 0, bound_kind: 'none' }), '18,428 of 200,000 rows drawn, the picture may differ'],
    ['counts', record({ method: 'density', rows_out: 0, rows_counted: 200_000, bound: 0, bound_kind: 'none' }), 'counts of 200,000 rows'],
    ['counts beside markers', record({ method: 'density', rows_out: 12, rows_counted: 199_988, bound_kind: 'none' }), 'counts of 199,988 rows, 12 rows drawn'],
    ['none', record({ method: 'none', rows_out: 200_000, bound_kind: 'none' }), 'all 200,000 rows drawn'],
    ['edges beyond the view', record({ rows_in_view: 40, rows_out: 55 }), 'all 40 rows in and around the view drawn'],
    ['all rows, unreduced', undefined, ''],
  ]) test(name, () => assert.equal(badgeText(reduction), want));
});

describe('latest', () => {
  const deferred = () => { const d = {}; d.promise = new Promise((resolve, reject) => Object.assign(d, { resolve, reject })); return d; };

  test('an older answer is dropped, whichever comes first', async () => {
    const latest = new Latest(), [old, young] = [deferred(), deferred()];
    const answers = [latest.ask(() => old.promise), latest.ask(() => young.promise)];
    young.resolve('young');
    old.resolve('old');
    assert.deepEqual(await Promise.all(answers), [undefined, 'young']);
  });
  test('an older question is cancelled, and its failure is nobody\'s', async () => {
    const latest = new Latest(), old = deferred();
    let signal;
    const answer = latest.ask((_, s) => { signal = s; return old.promise; });
    await latest.ask(async () => 'young');
    assert.equal(signal.aborted, true);
    old.reject(new Error('aborted'));
    assert.equal(await answer, undefined);
  });
  test('numbers rise', async () => {
    const latest = new Latest(), seen = [];
    for (let i = 0; i < 3; i++) await latest.ask(async seq => seen.push(seq));
    assert.ok(seen[0] < seen[1] && seen[1] < seen[2]);
  });
  test('the newest failure is told', () => assert.rejects(new Latest().ask(async () => { throw new Error('410'); }), /410/));
});

describe('view', () => {
  const layout = { _size: { w: 640, h: 370 }, xaxis: { range: [0, 5] }, yaxis: { range: ['2019-01-01', '2019-02-01'] } };
  test('ranges as Plotly has them', () =>
    assert.deepEqual(viewOf(layout, 2), { x: [0, 5], y: ['2019-01-01', '2019-02-01'], width: 640, height: 370, dpr: 2 }));
  test('autorange asks for all rows', () => assert.equal(viewOf({ ...layout, xaxis: { range: [0, 5], autorange: true } }, 1).x, null));
  test('so does the range of all rows', () => assert.equal(viewOf(layout, 1, new Set(['[0,5]'])).x, null));
});

describe('figure', () => {
  test('the likely area', () => {
    assert.deepEqual(likelyArea({ clientWidth: 900, clientHeight: 600 }, { margin: { l: 64, r: 16, t: 24, b: 56 } }), { width: 820, height: 520 });
    assert.deepEqual(likelyArea({ clientWidth: 0, clientHeight: 0 }, { width: 100, height: 100 }), { width: 1, height: 1 });
  });
  test('columns are replaced, nothing else', () => {
    const data = [{ x: [1], marker: { color: [1], size: 3 }, visible: 'legendonly' }, { x: [2] }];
    const after = patched(data, [{ index: 0, x: [5], 'marker.color': [6] }]);
    assert.deepEqual(after, [{ x: [5], marker: { color: [6], size: 3 }, visible: 'legendonly' }, { x: [2] }]);
    assert.deepEqual(data[0].x, [1]);
    assert.equal(after[1], data[1]);
  });
  test('counts replace those that were there, and are hidden with their trace', () => {
    const counts = (trace, z) => ({ type: 'heatmap', z, meta: { pointillist: 'counts', trace } });
    const data = [{ x: [1] }, { x: [2], visible: 'legendonly' }, counts(0, 1)];
    const after = patched(data, [], [counts(0, 2), counts(1, 3), counts(undefined, 4)]);
    assert.deepEqual(after.slice(2).map(t => [t.z, t.visible]), [[2, true], [3, 'legendonly'], [4, true]]);
    assert.deepEqual(patched(data, [], []), data.slice(0, 2));
  });
  test('rows go and come in their places', () => {
    const typed = values => ({ dtype: 'i2', bdata: Buffer.from(Int16Array.from(values).buffer).toString('base64') });
    for (const [old, fresh, drop, put, want] of [
      [[1, 2, 3, 4], [9, 8], [0, 2], [1, 2], [2, 9, 4, 8]], // places 0 and 2 go, 1 and 3 come
      [[1, 2], [], [0, 1], [], []],
      [[], [5, 6], [], [0, 1], [5, 6]],
      [[1, 2, 3], [7], [2], [0], [7, 1, 2]],
    ]) {
      assert.deepEqual(spliced(old, fresh, drop, put, want.length), want);
      assert.deepEqual([...spliced(typed(old), typed(fresh), drop, put, want.length)], want);
      assert.deepEqual([...spliced(Float64Array.from(old), typed(fresh), drop, put, want.length)], want);
    }
    assert.throws(() => spliced([1], [], [], [], 2), /not the ones/);
    const after = patched([{ x: [1, 2], marker: { color: [3, 4] } }], [{ index: 0, rows: 2, drop: [0], put: [1], x: [5], 'marker.color': [6] }]);
    assert.deepEqual(after, [{ x: [2, 5], marker: { color: [4, 6] } }]);
    assert.deepEqual(patched([{ x: [1] }], [{ index: 0, rows: 1 }]), [{ x: [1] }]);
  });
  test('a range that is given stays', () =>
    assert.deepEqual(merged({ a: 1, xaxis: { autorange: true, title: 't' } }, { xaxis: { range: [0, 1] } }), { a: 1, xaxis: { autorange: false, title: 't', range: [0, 1] } }));
});

describe('in a browser', () => {
  let demo, browser, page, problems, handle, asked;

  before(async () => {
    [demo, browser] = await Promise.all([serveDemo(), launch()]);
    ({ page, problems } = await openCanvas(browser, demo.url));
    handle = await store(page, frame('clustered', 40_000).columns);
    page.on('request', request => { if (request.url().includes('/v1/')) asked?.push({ path: new URL(request.url()).pathname, ...request.postDataJSON() }); });
  }, { timeout: 180_000 });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  // start attaches to an empty div, and notes what is asked from then on.
  async function start(args = {}, reduce = { method: 'visible' }, columns) {
    if (columns) handle = await store(page, await columns());
    asked = [];
    await page.evaluate(async ([frame, args, reduce]) => {
      const { attach } = await import('/client.js');
      Plotly.purge('plot');
      Object.assign(document.getElementById('plot').style, { width: '700px', height: '450px' });
      window.failures = [];
      window.plot = attach(document.getElementById('plot'), { frame, args: { x: 'x', y: 'y', ...args }, reduce }, { onError: e => failures.push(e.message) });
      await plot.ready;
    }, [handle, args, reduce]);
    await settled();
  }
  const settled = () => page.evaluate(() => plot.settled());
  const relayout = change => page.evaluate(change => Plotly.relayout('plot', change), change);
  const state = () => page.evaluate(() => {
    const div = document.getElementById('plot');
    return {
      rows: div._fullData.reduce((n, t) => n + t._length, 0), reduction: plot.reduction, ranges: [div._fullLayout.xaxis.range, div._fullLayout.yaxis.range],
      badge: div.querySelector('.pointillist-badge')?.textContent, badges: div.querySelectorAll('.pointillist-badge').length, size: div._fullLayout._size,
    };
  });
  // The first figure has a margin of rows for another size of the plot, which later ones need not.
  function assertSameView(after, before) {
    assert.deepEqual([after.ranges, after.size, after.badges], [before.ranges, before.size, before.badges]);
    assert.equal(after.reduction.rows_in_view, before.reduction.rows_in_view);
    assert.ok(after.rows <= before.rows);
    assert.match(after.badge, /picture identical/);
  }
  const refined = () => asked.filter(a => a.path === '/v1/refine');

  test('it draws, tells so, and asks for the real area', async () => {
    await start();
    const { rows, reduction, badge, badges, size } = await state();
    assert.equal(reduction.rows_in, 40_000);
    assert.equal(reduction.rows_out, rows);
    assert.ok(rows < 40_000);
    assert.match(badge, /^[\d,]+ of 40,000 rows drawn, picture identical/);
    assert.equal(badges, 1);
    const { width, height } = asked.at(-1).reduce;
    assert.deepEqual([width, height], [size.w, size.h]);
    assert.ok(asked.length <= 3, `${asked.length} questions`);
    await screenshot(page, 'client');
  });

  test('zooming in draws rows that could not be seen, in one question', async () => {
    await start();
    const before = await state();
    asked.length = 0;
    const at = before.ranges.map(([from, to]) => [from + 0.45 * (to - from), from + 0.6 * (to - from)]);
    await relayout({ 'xaxis.range': at[0], 'yaxis.range': at[1] });
    await settled();
    const after = await state();
    assert.equal(asked.length, 1);
    assert.deepEqual([asked[0].x, asked[0].y], at);
    assert.deepEqual(after.ranges, at);
    assert.equal(after.reduction.rows_out, after.rows);
    const inView = r => r.rows_out / r.rows_in_view;
    assert.ok(inView(after.reduction) > inView(before.reduction), JSON.stringify([before.reduction, after.reduction]));
  });

  test('the refined picture is that of all rows', async t => {
    await start();
    await relayout({ 'xaxis.range': [2.13, 7.31], 'yaxis.range': [1.7, 4.9] });
    await settled();
    const { rows } = await state();
    await page.mouse.move(890, 590);
    await page.evaluate(() => { plot.detach(); });
    const picture = async () => PNG.sync.read(await page.locator('#plot').screenshot());
    const refined = await picture();
    await page.evaluate(async frame => {
      const response = await fetch('/v1/figure', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ frame, args: { x: 'x', y: 'y' } }) });
      await Plotly.react('plot', (await response.json()).data, document.getElementById('plot').layout);
    }, handle);
    await page.waitForTimeout(200);
    const found = compare(await picture(), refined, t.name);
    t.diagnostic(`${rows} of ${(await state()).rows} rows, ${JSON.stringify(found)}`);
    assert.equal((await state()).rows, 40_000);
    assert.equal(found.visible, 0);
    assert.ok(found.worst <= 8, `${found.worst} levels`);
  });

  test('back to all rows: the first picture again', async () => {
    await start();
    const before = await state();
    await relayout({ 'xaxis.range': [2, 3], 'yaxis.range': [2, 3] });
    await settled();
    await relayout({ 'xaxis.autorange': true, 'yaxis.autorange': true });
    await settled();
    const after = await state();
    assert.deepEqual([asked.at(-1).x, asked.at(-1).y], [null, null]);
    assertSameView(after, before);
  });

  test('a double click does the same', async () => {
    await start();
    const before = await state();
    await relayout({ 'xaxis.range': [2, 3], 'yaxis.range': [2, 3] });
    await settled();
    const box = await page.locator('#plot .nsewdrag').first().boundingBox();
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    await settled();
    assertSameView(await state(), before);
  });

  test('a flood of zooms: the last one is drawn, most are never asked', async () => {
    await start();
    asked.length = 0;
    await page.evaluate(async () => {
      for (let i = 0; i < 25; i++) await Plotly.relayout('plot', { 'xaxis.range': [i / 10, 5 + i / 10] });
    });
    await settled();
    const after = await state();
    assert.deepEqual(after.ranges[0], [2.4, 7.4]);
    assert.deepEqual(refined().at(-1).x, [2.4, 7.4]);
    assert.equal(after.reduction.rows_out, after.rows);
    assert.ok(refined().length < 25, `${refined().length} questions`);
    const seqs = refined().map(a => a.seq);
    assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b));
  });

  test('a late answer is dropped, and the plot is never blank', async () => {
    await start();
    let held = 0;
    await page.route('**/v1/refine', async route => {
      if (held++ === 0) await new Promise(later => setTimeout(later, 1500));
      await route.continue().catch(() => {}); // cancelled by the page
    });
    await page.evaluate(() => {
      window.fewest = Infinity;
      document.getElementById('plot').on('plotly_afterplot', () => {
        fewest = Math.min(fewest, document.getElementById('plot')._fullData.reduce((n, t) => n + t._length, 0));
      });
    });
    await relayout({ 'xaxis.range': [0, 1] });
    await page.waitForTimeout(200); // the first is on its way
    await relayout({ 'xaxis.range': [4, 6] });
    await page.waitForTimeout(2000);
    await settled();
    await page.unroute('**/v1/refine');
    const after = await state();
    assert.equal(held, 2);
    assert.deepEqual(after.ranges[0], [4, 6]);
    assert.equal(after.reduction.rows_out, after.rows);
    assert.ok(await page.evaluate(() => fewest) > 0);
    problems.length = 0; // Chromium counts a cancelled request as failed
  });

  test('a pan sends new rows only, and leaves what a whole answer would', async t => {
    await start({ color: 'heat', custom_data: ['day'] }, { method: 'visible' }, async () => {
      const columns = frame('continuous colour', 40_000).columns;
      return [...columns, { name: 'day', type: 'date32', values: Array.from({ length: columns[0].values.length }, (_, i) => i % 1000) }];
    });
    const sizes = [], listen = async response => { if (response.url().endsWith('/v1/refine') && response.status() === 200) sizes.push((await response.body()).length); };
    page.on('response', listen);
    const views = [[2, 6], [2.6, 6.6], [3.2, 7.2], [4, 8], [4.5, 5.5]];
    for (const x of views) {
      await relayout({ 'xaxis.range': x, 'yaxis.range': [1, 5] });
      await settled();
    }
    page.off('response', listen);
    const columns = () => page.evaluate(() => document.getElementById('plot')._fullData.map(t => [[...t.x], [...t.y], [...t.marker.color], t.customdata]));
    assert.ok(Math.max(...sizes.slice(2, 4)) < sizes[0] / 2, `${sizes}`);
    const merged = await columns();
    const last = asked.at(-1);
    assert.ok(last.drawn && last.have);
    await page.evaluate(async body => {
      const whole = await (await fetch('/v1/refine', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
      const { patched } = await import('/client.js');
      await Plotly.react('plot', patched(document.getElementById('plot').data, whole.traces, whole.counts), document.getElementById('plot').layout);
    }, { ...last, have: undefined, drawn: undefined });
    assert.deepEqual(await columns(), merged);
    t.diagnostic(`bytes of answers: ${sizes}`);
  });

  test('in a div that has a plot already, as a graph of Dash has', async () => {
    await start();
    await page.evaluate(async frame => {
      const { attach } = await import('/client.js');
      plot.detach();
      await Plotly.newPlot('plot', [], {}, { responsive: true });
      window.events = [];
      document.getElementById('plot').on('plotly_relayout', change => events.push(change)); // the page's own
      window.plot = attach(document.getElementById('plot'), { frame, args: { x: 'x', y: 'y' }, reduce: { method: 'visible' } });
      await plot.ready;
    }, handle);
    await relayout({ 'xaxis.range': [2, 6] });
    await settled();
    const after = await state();
    assert.deepEqual(after.ranges[0], [2, 6]);
    assert.match(after.badge, /picture identical/);
    assert.deepEqual(await page.evaluate(() => events), [{ 'xaxis.range': [2, 6] }]);
  });

  test('another size is asked for and drawn', async () => {
    await start();
    asked.length = 0;
    await page.evaluate(() => { document.getElementById('plot').style.width = '500px'; });
    await page.waitForFunction(() => document.getElementById('plot')._fullLayout.width === 500);
    await settled();
    const { size, badge } = await state();
    assert.ok(size.w < 420);
    assert.equal(refined().at(-1).reduce.width, size.w);
    assert.match(badge, /picture identical/);
    assert.ok(refined().length <= 3, `${refined().length} questions`);
  });

  test('legend clicks ask for nothing and stay', async () => {
    const coloured = frame('colours', 20_000);
    handle = await store(page, coloured.columns);
    await start({ color: 'kind' });
    asked.length = 0;
    await page.evaluate(() => Plotly.restyle('plot', { visible: 'legendonly' }, [1]));
    await settled();
    assert.equal(asked.length, 0);
    await relayout({ 'xaxis.range': [2, 6] });
    await settled();
    assert.equal(refined().length, 1);
    assert.deepEqual(await page.evaluate(() => document.getElementById('plot')._fullData.map(t => t.visible)), [true, 'legendonly', true, true]);
  });

  test('a refusal is told, and the picture stays', async () => {
    await start();
    const { rows } = await state();
    await page.route('**/v1/refine', route => route.fulfill({
      status: 410, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Gone', detail: 'the frame expired' }),
    }));
    await relayout({ 'xaxis.range': [1, 2] });
    await settled();
    await page.unroute('**/v1/refine');
    assert.equal((await state()).rows, rows);
    assert.equal((await state()).badge, 'not refined: the frame expired');
    assert.deepEqual(await page.evaluate(() => failures), ['the frame expired']);
    problems.length = 0; // Chromium logs the 410
    await relayout({ 'xaxis.range': [1, 2.5] });
    await settled();
    assert.match((await state()).badge, /picture identical|drawn/);
  });

  test('after detach nothing is asked, and the picture stays', async () => {
    await start();
    const { rows } = await state();
    await page.evaluate(() => plot.detach());
    asked.length = 0;
    await relayout({ 'xaxis.range': [1, 2] });
    await page.waitForTimeout(500);
    assert.equal(asked.length, 0);
    assert.equal((await state()).badges, 0);
    assert.equal((await state()).rows, rows);
  });

  test('attaching again replaces', async () => {
    await start();
    await start();
    asked.length = 0;
    await relayout({ 'xaxis.range': [1, 4] });
    await settled();
    assert.equal(asked.length, 1);
    assert.equal((await state()).badges, 1);
  });

  for (const [name, args, axes] of [
    ['numbers', {}, ['linear', 'linear']],
    ['log axes', { log_x: true, log_y: true }, ['log', 'log']],
    ['dates', {}, ['date', 'linear']],
    ['categories', {}, ['category', 'linear']],
    ['facets', { facet_col: 'kind' }, ['linear', 'linear']],
  ]) test(`counts are where the rows are, on ${name}`, async () => {
    const n = 20_000, made = frame({ numbers: 'clustered', 'log axes': 'log-normal', facets: 'colours' }[name] ?? name, n);
    handle = await store(page, made.columns);
    await start(args, { method: 'density', by: 'panel', scale: 'linear' });
    const found = await page.evaluate(() => {
      const div = document.getElementById('plot'), { xaxis, yaxis } = div._fullLayout;
      // Where plotly.js puts the cells, as pixels from the corner: the outermost edges.
      const of = cd => [xaxis.c2p(cd.x[0]), xaxis.c2p(cd.x.at(-1)), yaxis.c2p(cd.y[0]), yaxis.c2p(cd.y.at(-1))];
      const cells = div.calcdata.map((cd, i) => [cd[0], div._fullData[i]]).filter(([, t]) => t.type === 'heatmap');
      return {
        types: [xaxis.type, yaxis.type], edges: of(cells[0][0]), length: [xaxis._length, yaxis._length],
        sum: cells.reduce((sum, [cd]) => sum + cd.z.flat().reduce((a, b) => a + (b || 0), 0), 0), badge: div.querySelector('.pointillist-badge').textContent,
        markers: div._fullData.filter(t => t.type !== 'heatmap').reduce((sum, t) => sum + t._length, 0),
      };
    });
    assert.deepEqual(found.types, axes);
    // The middle of the first category is not half of the axis's range away from its end.
    if (name !== 'categories') for (const [i, want] of [0, found.length[0], found.length[1], 0].entries()) assert.ok(Math.abs(found.edges[i] - want) < 0.01, `${found.edges}`);
    assert.equal(found.sum, n);
    assert.ok(found.markers <= 16, 'the extremes');
    assert.match(found.badge, /^counts of 20,000 rows/);
    await screenshot(page, `counts-${name.replace(' ', '-')}`);
  });

  test('faint markers are counted, and drawn when few are in view', async () => {
    handle = await store(page, frame('colours', 200_000).columns);
    await start({ color: 'kind', opacity: 0.02 }, { method: 'auto', budget: 20_000 });
    const whole = await state();
    assert.equal(whole.reduction.rows_counted, 200_000);
    assert.match(whole.badge, /^counts of 200,000 rows, \d+ rows drawn$/);
    await screenshot(page, 'counts-faint');
    await page.evaluate(() => Plotly.restyle('plot', { visible: 'legendonly' }, [1]));
    await relayout({ 'xaxis.range': [4, 4.05], 'yaxis.range': [4, 4.05] });
    await settled();
    const close = await state();
    assert.equal(close.reduction.rows_counted, 0, close.badge);
    assert.equal(await page.evaluate(() => document.getElementById('plot').data.length), 4);
    await relayout({ 'xaxis.autorange': true, 'yaxis.autorange': true });
    await settled();
    assert.equal((await state()).reduction.rows_counted, 200_000);
    assert.deepEqual(await page.evaluate(() => document.getElementById('plot')._fullData.map(t => t.visible)), [true, 'legendonly', true, true, true, 'legendonly', true, true]);
  });

  test('picking: a stack of duplicates, all rows in data order', async () => {
    const n = 30_000, spot = i => i % 10 === 3;
    handle = await store(page, [
      { name: 'x', type: 'float64', values: Array.from({ length: n }, (_, i) => spot(i) ? 5 : i % 997 / 100) },
      { name: 'y', type: 'float64', values: Array.from({ length: n }, (_, i) => spot(i) ? -5 : i % 89 / 10) },
      { name: 'id', type: 'int64', values: Array.from({ length: n }, (_, i) => 2 * i) },
      { name: 'kind', type: 'utf8', values: Array.from({ length: n }, (_, i) => i % 20 < 10 ? 'a' : 'b') },
    ]);
    await start({ color: 'kind', custom_data: ['id'] });
    const stack = Array.from({ length: n }, (_, i) => i).filter(spot);
    await relayout({ 'xaxis.range': [0, 10], 'yaxis.range': [-10, 10] });
    await settled();
    assert.ok((await state()).rows < n - 2000, 'not all of them are drawn');

    // A real click, whose event is Plotly's.
    const box = await page.locator('#plot .nsewdrag').first().boundingBox();
    await page.evaluate(() => { window.clicked = new Promise(resolve => document.getElementById('plot').once('plotly_click', resolve)); });
    await page.mouse.move(box.x + box.width / 2 - 3, box.y + 0.75 * box.height);
    await page.mouse.click(box.x + box.width / 2, box.y + 0.75 * box.height);
    const picked = await page.evaluate(async () => plot.pick(await clicked, { limit: 10_000 }));
    assert.equal(picked.total, stack.length);
    assert.deepEqual(picked.rows, stack);
    assert.deepEqual(picked.columns.find(c => c.name === 'id').values, stack.map(i => 2 * i));
    assert.deepEqual(picked.traces, stack.map(i => i % 20 < 10 ? 0 : 1));
    assert.equal(picked.top.row, n - 7, 'the last of the last trace');

    const first = await page.evaluate(({ x, y }) => plot.pick({ clientX: x, clientY: y }, { limit: 3 }), { x: box.x + box.width / 2 + 1, y: box.y + 0.75 * box.height });
    assert.deepEqual([first.total, first.more, first.rows], [stack.length, true, stack.slice(0, 3)]);
    await page.evaluate(() => Plotly.restyle('plot', { visible: 'legendonly' }, [0]));
    const shown = await page.evaluate(() => plot.pick({ x: 5, y: -5 }, { limit: 10_000 }));
    assert.deepEqual(shown.rows, stack.filter(i => i % 20 >= 10), 'what is hidden is not there');
    assert.equal(await page.evaluate(() => plot.pick({ clientX: 1, clientY: 1 })), undefined);
    await assert.rejects(page.evaluate(() => plot.pick({ x: 'ant', y: 1 })), /want a number/);
    problems.length = 0; // Chromium logs the 400
  });

  for (const [name, args, change, at] of [
    ['log axes', { log_x: true, log_y: true }, {}, p => [p.x, p.y]],
    ['dates', {}, {}, p => [p.x, p.y]],
    ['categories', {}, {}, p => [p.x, p.y]],
    ['facets', { facet_col: 'kind' }, {}, p => [p.x, p.y]],
  ]) test(`picking: the mouse and Plotly's events agree, on ${name}`, async () => {
    const made = frame({ 'log axes': 'log-normal', facets: 'colours' }[name] ?? name, 2000);
    handle = await store(page, made.columns);
    await start(args);
    // The last row of each panel, where plotly.js itself puts it.
    const asked = await page.evaluate(() => {
      const div = document.getElementById('plot'), box = div.getBoundingClientRect();
      return div.calcdata.map((points, i) => {
        const { xaxis, yaxis } = div._fullLayout._plots[div._fullData[i].xaxis + div._fullData[i].yaxis];
        const n = div._fullData[i]._length - 1, { x, y } = div._fullData[i];
        const [cx, cy] = [xaxis.d2c(x[n]), yaxis.d2c(y[n])];
        return { event: { points: [{ x: x[n], y: y[n], xaxis: { _id: xaxis._id }, yaxis: { _id: yaxis._id } }] },
          mouse: { clientX: box.left + xaxis._offset + xaxis.c2p(cx), clientY: box.top + yaxis._offset + yaxis.c2p(cy) } };
      });
    });
    for (const { event, mouse } of asked) {
      const [byEvent, byMouse] = await page.evaluate(([event, mouse]) => Promise.all([plot.pick(event), plot.pick(mouse)]), [event, mouse]);
      assert.ok(byEvent.total > 0);
      assert.deepEqual(byMouse, { ...byEvent, seq: byMouse.seq, etag: byMouse.etag });
    }
  });

  test('nothing went wrong on the page', () => assert.deepEqual(problems, []));
});
