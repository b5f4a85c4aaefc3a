// Real Dash pages, their renderer in a real browser, whose figures Go makes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { launch, openPage, root, screenshot } from './harness.mjs';

const python = process.env.POINTILLIST_STORE_PYTHON ?? join(root, '.venv-store/bin/python');
const folder = mkdtempSync(join(tmpdir(), 'pointillist-'));
const processes = [];
let browser, url;
const live = { // calls Go as the page of live.py does
  async start() { this.url ??= await serveApp('live.py', '-every', '200ms'); return this.url; },
  async ask(drawn) {
    const call = { output: '..graph.figure...drawn.data..', inputs: [], state: [{ id: 'drawn', property: 'data', value: drawn }] };
    const response = await fetch(this.url + '_dash-update-component', { method: 'POST', body: JSON.stringify(call) });
    return response.status === 204 ? {} : (await response.json()).response;
  },
};

const freePort = () => new Promise(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

function start(command, args) {
  const child = spawn(command, args, { cwd: join(root, 'examples/dash'), stdio: ['ignore', 'pipe', 'ignore'] });
  processes.push(child);
  return child;
}

// serveApp starts a Dash app, and Go before it; it returns its address.
async function serveApp(app, ...flags) {
  const port = await freePort();
  start(python, [app, String(port)]);
  const go = start(join(folder, 'dash'), ['-listen', '127.0.0.1:0', '-app', `http://127.0.0.1:${port}`, ...flags]);
  const line = await new Promise(resolve => createInterface({ input: go.stdout }).once('line', resolve));
  const url = /http:\S+/.exec(line)[0];
  while (await fetch(url + '_dash-layout').then(r => !r.ok, () => true)) await new Promise(r => setTimeout(r, 100));
  return url;
}

before(async () => {
  execFileSync('go', ['build', '-o', join(folder, 'dash'), './examples/dash'], { cwd: root, stdio: 'inherit' });
  [url, browser] = await Promise.all([serveApp('app.py'), launch()]);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  for (const child of processes) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

// What the page holds: the rows that are drawn and what Python said.
const shown = page => page.evaluate(() => {
  const plot = document.querySelector('#graph .js-plotly-plot');
  return { rows: plot?._fullData?.[0]?.x?.length, type: plot?._fullData?.[0]?.type, said: document.getElementById('choice')?.innerText };
});

async function until(page, rows) {
  await page.waitForFunction(rows => document.querySelector('#graph .js-plotly-plot')?._fullData?.[0]?.x?.length === rows, rows, { timeout: 60_000 });
}

test('the renderer draws what Go answers, and asks Python for the rest', { timeout: 180_000 }, async () => {
  const figures = [];
  const { page, problems } = await openPage(browser, 'about:blank');
  page.on('response', r => {
    const call = new URL(r.url()).pathname === '/_dash-update-component' && JSON.parse(r.request().postData());
    if (call?.output === 'graph.figure') figures.push({ call, status: r.status(), headers: r.headers() });
  });
  await page.goto(url);
  await until(page, 534_226);
  assert.deepEqual(await shown(page), { rows: 534_226, type: 'scattergl', said: '1 passengers, says Python' });
  await screenshot(page, 'dash');

  await page.locator('#passengers [role=slider]').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.getElementById('choice').innerText.startsWith('2 '), null, { timeout: 60_000 });
  await page.waitForFunction(() => document.querySelector('#graph .js-plotly-plot')._fullData[0].x.length < 534_226, null, { timeout: 60_000 });
  const two = (await shown(page)).rows;
  await page.keyboard.press('ArrowLeft');
  await until(page, 534_226);

  assert.deepEqual(figures.map(f => f.status), [200, 200, 200]);
  const [first, second, third] = figures;
  assert.deepEqual(first.call.inputs, [{ id: 'passengers', property: 'value', value: 1 }]);
  assert.ok(two > 0 && two < 534_226);
  assert.notEqual(second.headers.etag, first.headers.etag);
  assert.equal(third.headers.etag, first.headers.etag);
  assert.match(third.headers['server-timing'], /memo/, 'it was not encoded again');
  assert.match(third.headers['content-encoding'], /^(zstd|gzip|br)$/);
  assert.deepEqual(problems, []);
  await page.close();
});

test('a graph that grows is sent the rows that came', { timeout: 180_000 }, async () => {
  await live.start();
  const answers = [];
  const { page, problems } = await openPage(browser, 'about:blank');
  page.on('response', async r => {
    if (new URL(r.url()).pathname !== '/_dash-update-component') return;
    const call = JSON.parse(r.request().postData()), status = r.status();
    const body = status === 200 ? await r.text().catch(() => '') : '';
    answers.push({ call, status, body, patch: body.includes('__dash_patch_update') });
  });
  await page.goto(live.url);
  const plot = '#graph .js-plotly-plot';
  await page.waitForFunction(plot => document.querySelector(plot)?._fullData?.length >= 2, plot);
  const had = await page.evaluate(plot => document.querySelector(plot).data.map(t => t.x.length), plot);
  await page.evaluate(plot => document.querySelector(plot).layout.marked = document.querySelector(plot).marked = 'this one', plot);

  // The third sensor's trace comes behind the two, and then more rows of all.
  await page.waitForFunction(plot => document.querySelector(plot)._fullData[2]?.x.length > 20, plot);
  const whole = (await live.ask(null)).graph.figure;
  await page.waitForFunction(([plot, n]) => document.querySelector(plot)._fullData[2].x.length > n, [plot, whole.data[2].x.length]);
  const shown = await page.evaluate(plot => {
    const { data, layout, marked } = document.querySelector(plot);
    return { data: JSON.parse(JSON.stringify(data)), legend: layout.legend, xaxis: layout.xaxis, marked };
  }, plot);
  await screenshot(page, 'dash-live');

  // What is shown is the whole figure, and the rows that came since that was asked for.
  assert.equal(shown.data.length, 3);
  for (const [i, trace] of whole.data.entries()) {
    const { x, y, ...rest } = shown.data[i], { x: wantX, y: wantY, ...wantRest } = trace;
    assert.deepEqual(x.slice(0, wantX.length), wantX);
    assert.deepEqual(y.slice(0, wantY.length), wantY);
    assert.ok(x.length > wantX.length && x.length === y.length);
    assert.deepEqual([...x].sort((a, b) => a - b), x, 'no row twice, none in the wrong place');
    assert.equal(new Set(x).size, x.length);
    assert.deepEqual(rest, wantRest);
  }
  assert.equal(shown.legend.title.text, whole.layout.legend.title.text);
  assert.equal(shown.marked, 'this one', 'the plot was not made anew');

  // One answer was whole, all others were of the new rows alone.
  const [first, ...others] = answers.filter(a => a.status === 200);
  assert.ok(!first.patch && others.length > 3 && others.every(a => a.patch), JSON.stringify(answers.map(a => [a.status, a.patch, a.body.length])));
  assert.ok(answers.every(a => a.status === 200 || a.status === 204));
  const rows = shown.data.reduce((n, t) => n + t.x.length, 0) - had.reduce((a, b) => a + b);
  const sent = others.reduce((n, a) => n + a.body.length, 0);
  const perRow = first.body.length / had.reduce((a, b) => a + b);
  assert.ok(rows >= 60 && sent < 1.5 * rows * perRow + 1_500 * others.length, `${sent} bytes for ${rows} rows in ${others.length} answers`);
  assert.equal(others.filter(a => a.body.includes('"Append"')).length, 3 - had.length);
  assert.deepEqual(problems, []);
  await page.close();
});

test('docs/pages.md carries out what came', { timeout: 180_000 }, async () => {
  await live.start();
  const [code] = /(?<=```js\n)let figure, have[^]*?(?=```)/.exec(readFileSync(join(root, 'docs/pages.md'), 'utf8'));
  let shown, tag, parts = 0;
  const asked = async (_, { body }) => { // what /v1/figure answers, of what the page of Dash is answered
    const { graph, drawn } = await live.ask(JSON.parse(body).have);
    if (!graph) return { status: 204 };
    tag = drawn.data;
    if (graph.figure.operations) parts++;
    return { status: 200, headers: new Headers({ ETag: tag }), json: async () => graph.figure };
  };
  const tick = new Function('fetch', 'Plotly', code + 'return tick;')(asked, { react: async (_, figure) => { shown = figure; } });
  while (parts < 5) await tick();
  const whole = await live.ask(null);
  while (tag !== whole.drawn.data && shown.data[0].x.length <= whole.graph.figure.data[0].x.length) await tick();
  for (const [i, trace] of whole.graph.figure.data.entries()) {
    assert.deepEqual(shown.data[i].x.slice(0, trace.x.length), trace.x);
    assert.deepEqual(shown.data[i].y.slice(0, trace.y.length), trace.y);
  }
  assert.deepEqual(shown.layout, whole.graph.figure.layout);
});
