// A real Dash page, its renderer in a real browser, whose figure Go makes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { launch, openPage, root, screenshot } from './harness.mjs';

const python = process.env.POINTILLIST_STORE_PYTHON ?? join(root, '.venv-store/bin/python');
const folder = mkdtempSync(join(tmpdir(), 'pointillist-'));
const processes = [];
let browser, url;

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

before(async () => {
  const port = await freePort();
  start(python, ['app.py', String(port)]);
  const binary = join(folder, 'dash');
  execFileSync('go', ['build', '-o', binary, './examples/dash'], { cwd: root, stdio: 'inherit' });
  const go = start(binary, ['-listen', '127.0.0.1:0', '-app', `http://127.0.0.1:${port}`]);
  const line = await new Promise(resolve => createInterface({ input: go.stdout }).once('line', resolve));
  url = /http:\S+/.exec(line)[0];
  while (await fetch(url + '_dash-layout').then(r => !r.ok, () => true)) await new Promise(r => setTimeout(r, 100));
  browser = await launch();
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
