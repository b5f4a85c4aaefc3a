// Drives the demo page as a person does, and reads what it shows.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openPage, root, screenshot, serveDemo } from './harness.mjs';

let demo, browser, page, problems;

before(async () => {
  [demo, browser] = await Promise.all([serveDemo(), launch()]);
  ({ page, problems } = await openPage(browser, demo.url));
  await page.waitForFunction(() => !document.getElementById('with').disabled);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function press(mode) {
  await page.click('#' + mode);
  await page.waitForFunction(() => document.body.getAttribute('aria-busy') === 'false', null, { timeout: 120_000 });
  assert.doesNotMatch(await page.getAttribute('#status', 'class') ?? '', /bad/, await page.textContent('#status'));
  return readRun(mode);
}

const readRun = mode => page.$eval('#run-' + mode, body => ({
  ms: +body.dataset.ms,
  points: +body.dataset.points,
  steps: Object.fromEntries([...body.querySelectorAll('tr')].map(tr => [tr.dataset.step, {
    ms: +tr.querySelector('[data-ms]').dataset.ms,
    bytes: +(tr.querySelector('[data-bytes]')?.dataset.bytes ?? 0),
    from: +(tr.querySelector('.bar')?.dataset.from ?? 0),
  }])),
}));

const drawn = () => page.evaluate(() => document.getElementById('plot')._fullData.map(t => ({ type: t.type, points: t._length, name: t.name })));

// Rows that the page should have drawn, counted by the server's other route.
async function rowsWhere(column, value) {
  return page.evaluate(async ([column, value]) => {
    const frame = document.getElementById('frame').value;
    const { columns } = await (await fetch(`v1/frames/${encodeURIComponent(frame)}/data?column=${column}`)).json();
    return columns[0].values.filter(v => v === value).length;
  }, [column, value]);
}

test('with store: a handle goes up, half a million points come down', async () => {
  const run = await press('with');
  assert.equal(run.points, await rowsWhere('passenger_count', 1));
  assert.ok(run.points > 500_000);
  assert.deepEqual((await drawn()).map(t => t.points), [run.points]);
  assert.ok(run.steps['2 handle down'].bytes < 10_000);
  assert.ok(run.steps['3 handle up'].bytes < 1_000);
  assert.ok(run.steps['4 figure'].bytes > 1_000_000);
  for (const stage of ['load', 'filter', 'build', 'encode']) assert.ok(run.steps[stage], `stage ${stage} is shown`);
  await screenshot(page, 'desktop');
});

test('without store: the data goes down and up again, the figure is the same', async () => {
  const [without, stored] = [await press('without'), await readRun('with')];
  assert.equal(without.points, stored.points);
  assert.ok(without.steps['2 data down'].bytes > 5_000_000);
  assert.ok(without.steps['3 data up'].bytes > 5_000_000);
  assert.ok(without.ms > stored.ms, `${without.ms} ms without, ${stored.ms} ms with`);
  assert.ok(Object.values(without.steps).every(step => step.ms >= 0 && step.from >= 0));
});

test('another filter value draws other rows', async () => {
  await page.fill('#filter', 'passenger_count == 2');
  const run = await press('with');
  assert.equal(run.points, await rowsWhere('passenger_count', 2));
});

test('a colour gives one trace a value', async () => {
  await page.selectOption('#color', 'payment_type');
  const run = await press('with');
  const traces = await drawn();
  assert.ok(traces.length > 1);
  assert.equal(new Set(traces.map(t => t.name)).size, traces.length);
  assert.equal(traces.reduce((n, t) => n + t.points, 0), run.points);
});

test('a filter that does not parse says where', async () => {
  await page.fill('#filter', 'passenger_cont == 1');
  await page.click('#with');
  await page.waitForSelector('#status.bad');
  assert.match(await page.textContent('#status'), /passenger_count/);
  problems.splice(0).forEach(p => assert.match(p, /400/)); // Chromium logs the answer's status itself
});

test('a mouse over the plot does not freeze the page', async () => {
  await page.fill('#filter', 'passenger_count == 1');
  await page.selectOption('#color', '');
  await press('with');
  const box = await page.locator('#plot').boundingBox();
  const started = Date.now();
  for (let i = 0; i < 5; i++) await page.mouse.move(box.x + box.width * (0.7 + i / 50), box.y + box.height * 0.3);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.ok(Date.now() - started < 25_000, `${Date.now() - started} ms`);
});

test('the visible rows are few, and give the same picture', async () => {
  const full = await press('with');
  await page.check('#visible');
  const visible = await press('with');
  const [all, seen] = await page.$$eval('#kinds tr', rows => rows.map(tr => ({ rows: +tr.dataset.rows, bytes: +tr.dataset.bytes, ms: +tr.dataset.ms })));
  assert.deepEqual([all.rows, seen.rows], [full.points, visible.points]);
  assert.ok(seen.bytes <= 0.03 * all.bytes, `${seen.bytes} of ${all.bytes} bytes`);
  assert.ok(seen.ms < all.ms, `${seen.ms} of ${all.ms} ms`);
  assert.match(await page.textContent('.pointillist-badge'), /^[\d,]+ of 534,226 rows drawn, picture identical/);
  await page.click('#difference');
  await page.waitForSelector('#differing[data-pixels]', { timeout: 60_000 });
  assert.ok(+await page.getAttribute('#differing', 'data-worst') <= 8, await page.textContent('#differing'));
  await screenshot(page, 'difference');
  await page.check('#full');
});

test('a click on a point lists every row that is there', async () => {
  // The most frequent pair of values: hundreds of rows, of which one is on top.
  const { x, y, n } = await page.evaluate(async () => {
    const { columns } = await (await fetch('v1/frames/taxi/data?column=trip_distance&column=total_amount&column=passenger_count')).json();
    const [d, t, p] = ['trip_distance', 'total_amount', 'passenger_count'].map(name => columns.find(c => c.name === name).values), counts = new Map();
    for (let i = 0; i < d.length; i++) if (p[i] === 1) counts.set(`${d[i]} ${t[i]}`, (counts.get(`${d[i]} ${t[i]}`) ?? 0) + 1);
    const [key, n] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a);
    const [x, y] = key.split(' ').map(Number);
    return { x, y, n };
  });
  await page.evaluate(([x, y]) => document.getElementById('plot').emit('plotly_click', { points: [{ x, y }] }), [x, y]);
  await page.waitForSelector('#picked[data-total]');
  assert.ok(+await page.getAttribute('#picked', 'data-total') >= n);
  assert.match(await page.textContent('#picked-count'), /^[\d,]+ rows here, the first 100 are listed$/);
  const rows = await page.$$eval('#picked-rows tbody tr', list => list.map(tr => +tr.cells[0].textContent));
  assert.equal(rows.length, 100);
  assert.deepEqual(rows, [...rows].sort((a, b) => a - b));

  const box = await page.locator('#plot .nsewdrag').first().boundingBox();
  const at = await page.evaluate(() => { // the outermost row, where nothing else is
    const { xaxis, yaxis } = document.getElementById('plot')._fullLayout, { x, y } = document.getElementById('plot')._fullData[0];
    let far = 0;
    for (let i = 1; i < x.length; i++) if (x[i] > x[far]) far = i;
    return [xaxis.c2p(x[far]), yaxis.c2p(y[far])];
  });
  await page.mouse.move(box.x + at[0] - 2, box.y + at[1]);
  await page.mouse.click(box.x + at[0], box.y + at[1]);
  await page.waitForFunction(() => /^[1-9] rows? here$/.test(document.getElementById('picked-count').textContent));
  await screenshot(page, 'picked');
});

test('a CSV of green_tripdata is uploaded, filtered and drawn', async () => {
  const path = join(demo.folder, 'green_tripdata.csv');
  writeFileSync(path, greenTripdata(20_000));
  await page.setInputFiles('#file', path);
  await page.waitForFunction(() => document.getElementById('status').textContent.includes('20,000 rows'));
  assert.equal(await page.inputValue('#x'), 'trip_distance');
  assert.equal(await page.inputValue('#y'), 'total_amount');
  await page.fill('#filter', 'passenger_count == 1');
  const run = await press('with');
  assert.equal(run.points, 15_000);
  assert.equal((await press('without')).points, 15_000);
});

test('a file can be dropped onto the page', async () => {
  const transfer = await page.evaluateHandle(() => {
    const t = new DataTransfer();
    t.items.add(new File(['a,b\n1,2\n3,4\n5,\n'], 'small.csv'));
    return t;
  });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await page.waitForFunction(() => document.getElementById('status').textContent.includes('small.csv: 3 rows, 2 columns'));
  assert.equal((await press('with')).points, 3);
});

test('a file that cannot be read says why, and the page goes on', async () => {
  const path = join(demo.folder, 'ragged.csv');
  writeFileSync(path, 'a,b\n1,2\n3\n');
  await page.setInputFiles('#file', path);
  await page.waitForSelector('#status.bad');
  assert.match(await page.textContent('#status'), /line 3/);
  problems.splice(0).forEach(p => assert.match(p, /400|422/));
  assert.equal((await press('with')).points, 3);
});

test('three million real flights are loaded by name, filtered and drawn', async () => {
  const real = await serveDemo('-data', `flights=${join(root, 'web/node_modules/vega-datasets/data/flights-3m.parquet')}`);
  const { page, problems } = await openPage(browser, real.url);
  await page.waitForFunction(() => !document.getElementById('with').disabled);
  assert.match(await page.textContent('#frame'), /flights · 3,000,000 rows/);
  await page.selectOption('#x', 'date');
  await page.selectOption('#y', 'delay');
  await page.selectOption('#color', 'destination');
  await page.fill('#filter', "origin == 'SFO' and delay > 60");
  await page.click('#with');
  await page.waitForFunction(() => document.getElementById('status').textContent.startsWith('Answered'), null, { timeout: 120_000 });
  const points = await page.$eval('#points', p => +p.dataset.points);
  assert.ok(points > 1_000 && points < 100_000, `${points} points`);
  await screenshot(page, 'flights');
  assert.deepEqual(problems, []);
  await page.close();
  await real.stop();
});

test('the keyboard reaches every control, and Enter draws', async () => {
  await page.focus('#frame');
  const reached = ['frame'];
  for (let i = 0; i < 7; i++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement.id));
  }
  assert.deepEqual(reached, ['frame', 'x', 'y', 'color', 'filter', 'without', 'with', 'file']);
  await page.focus('#with');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('status').textContent.startsWith('Answered'));
});

test('it fits a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(300); // plotly.js resizes a little later
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px too wide`);
  await screenshot(page, 'phone');
});

test('plotly.js offers no upload of the data', async () => {
  assert.equal(await page.locator('[data-title*="Share"], [data-title*="Chart Studio"], [data-title*="cloud"]').count(), 0);
});

test('nothing went wrong on the page', () => assert.deepEqual(problems, []));

function greenTripdata(rows) {
  const lines = ['VendorID,lpep_pickup_datetime,lpep_dropoff_datetime,store_and_fwd_flag,RatecodeID,PULocationID,DOLocationID,' +
    'passenger_count,trip_distance,fare_amount,extra,mta_tax,tip_amount,tolls_amount,ehail_fee,improvement_surcharge,total_amount,' +
    'payment_type,trip_type,congestion_surcharge'];
  for (let i = 0; i < rows; i++) {
    const day = String(1 + i % 31).padStart(2, '0');
    lines.push(`${1 + i % 2},2019-01-${day} 00:10:16,2019-01-${day} 00:16:32,N,1,97,49,${i % 4 === 3 ? 2 : 1},${(i % 997) / 100},` +
      `${i % 50},0.5,0.5,0,0,,0.3,${((i * 7) % 5003) / 100 - 1},${1 + i % 4},1,`);
  }
  return lines.join('\n') + '\n';
}
