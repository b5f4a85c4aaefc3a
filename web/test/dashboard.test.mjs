// examples/live-dashboard as its viewers see it: a real database whose rows change,
// which dies, and comes back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openPage, root, screenshot, serveExample } from './harness.mjs';
import { startPostgres } from './postgres.mjs';

const period = 3; // s
let postgres, board, browser, pages, problems;

before(async () => {
  postgres = await startPostgres();
  postgres.run(readFileSync(join(root, 'examples/live-dashboard/orders.sql'), 'utf8'));
  [board, browser] = await Promise.all([
    serveExample('live-dashboard', '-dsn', postgres.url, '-every', `${period}s`, '-plotly', join(root, 'web/node_modules/plotly.js-dist-min/plotly.min.js')),
    launch(),
  ]);
  const opened = [await openPage(browser, board.url), await openPage(browser, board.url)];
  pages = opened.map(o => o.page);
  problems = opened[0].problems;
  await Promise.all(pages.map(page => page.evaluate(watch)));
}, { timeout: 300_000 });

after(async () => {
  await browser?.close();
  await board?.stop().finally(() => postgres?.stop());
});

// watch notes in the page whenever a graph is without a picture that had one.
function watch() {
  window.blanks = 0;
  const drawn = new Set();
  new MutationObserver(() => {
    document.querySelectorAll('#graphs > div').forEach((div, i) => {
      if (div.querySelector('.main-svg')) drawn.add(i);
      else if (drawn.has(i)) blanks++;
    });
  }).observe(document.getElementById('graphs'), { subtree: true, childList: true });
}

// state is what a page shows.
const state = page => page.evaluate(() => {
  const graphs = [...document.querySelectorAll('#graphs > div')];
  const status = document.getElementById('status');
  return {
    versions: graphs.map(div => div.dataset.version), status: status.textContent, stale: status.classList.contains('stale'), age: +status.dataset.age,
    points: graphs.map(div => (div._fullData ?? []).reduce((n, trace) => n + trace._length, 0)), blanks,
  };
});

// shows waits until a page shows what is wanted, ten graphs of one version.
async function shows(page, want) {
  const deadline = Date.now() + 120_000;
  for (let s; ;) {
    s = await state(page);
    if (s.versions.length === 10 && s.versions[0] && new Set(s.versions).size === 1 && want(s)) return s;
    assert.ok(Date.now() < deadline, JSON.stringify(s));
    await page.waitForTimeout(50);
  }
}

// queries counts those that the database says it has run.
const queries = () => postgres.log.split('select placed_at, region').length - 1;

test('ten graphs of one version', { timeout: 300_000 }, async () => {
  const seen = await Promise.all(pages.map(page => shows(page, () => true)));
  assert.equal(new Set(seen.flatMap(s => s.versions)).size, 1, 'and of one on all pages');
  for (const points of seen[0].points) assert.ok(points > 0, JSON.stringify(seen[0].points));
  assert.match(seen[0].status, /^2,000 orders, \d+ s old, version [0-9a-f]{8}$/);
  await screenshot(pages[0], 'dashboard');
});

test('rows change, and all graphs with them', { timeout: 300_000 }, async () => {
  let last = (await state(pages[0])).versions[0];
  for (let i = 0; i < 3; i++) {
    postgres.run(`insert into orders (placed_at, region, channel, quantity, price, minutes, distance, rating)
      values (now() + interval '${i} hours', 'north', 'web', 5, 99, ${300 + i}, 90, 1)`);
    const seen = await Promise.all(pages.map(page => shows(page, s => s.versions[0] !== last)));
    assert.match(seen[0].status, new RegExp(`^2,00${i + 1} orders`));
    assert.equal(new Set(seen.flatMap(s => s.versions)).size, 1);
    last = seen[0].versions[0];
  }
});

test('however many look, one query in each period', { timeout: 300_000 }, async t => {
  const before = queries(), begun = Date.now();
  await pages[0].waitForTimeout(5 * period * 1000);
  const asked = queries() - before, periods = (Date.now() - begun) / 1000 / period;
  t.diagnostic(`${asked} queries in ${periods.toFixed(1)} periods, ${pages.length} viewers of ten graphs`);
  assert.ok(asked >= 2 && asked <= Math.ceil(periods) + 1, `${asked} queries`);
});

test('a zoom outlives the data', { timeout: 300_000 }, async () => {
  const [page] = pages;
  const zoom = () => page.evaluate(() => document.querySelectorAll('#graphs > div')[1].layout.xaxis.range);
  await page.evaluate(() => Plotly.relayout(document.querySelectorAll('#graphs > div')[1], { 'xaxis.range': [5, 15] }));
  const { versions: [last] } = await state(page);
  postgres.run("update orders set minutes = 200 where id = 7");
  await shows(page, s => s.versions[0] !== last);
  assert.deepEqual(await zoom(), [5, 15]);
});

test('the database dies: the last data, and their age', { timeout: 300_000 }, async () => {
  const before = await state(pages[0]);
  await postgres.kill();
  const stale = await shows(pages[0], s => s.stale && s.age > 3 * period);
  assert.match(stale.status, /the database does not answer$/);
  assert.deepEqual(stale.versions, before.versions);
  // Not before.points: the refined zoom may have been on its way.
  for (const points of stale.points) assert.ok(points > 0, JSON.stringify(stale.points));
  await screenshot(pages[0], 'dashboard-stale');
  const { page: late } = await openPage(browser, board.url); // also who comes now
  await late.evaluate(watch);
  assert.equal((await shows(late, s => s.stale)).versions[0], before.versions[0]);
  await late.close();

  await postgres.start();
  postgres.run("insert into orders (placed_at, region, channel, quantity, price) values (now(), 'east', 'shop', 1, 1)");
  const fresh = await shows(pages[0], s => !s.stale && s.versions[0] !== before.versions[0]);
  assert.match(fresh.status, /^2,004 orders/);
});

test('nothing was ever blank, and nothing went wrong', async () => {
  for (const page of pages) assert.equal((await state(page)).blanks, 0);
  assert.deepEqual(problems, []);
});
