// plotly.js 2, 3 and 4 draw the figures of 300 random calls: those that the
// parity tests compare with px. SEED=n draws another 300.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPlotly, launch, openPage, plotlyVersions, root } from './harness.mjs';

const sampled = 300;
let browser, calls;

before(async () => {
  calls = sample(sampled, process.env.SEED || 1);
  browser = await launch();
}, { timeout: 180_000 });

after(() => browser?.close());

function sample(n, seed) {
  const folder = mkdtempSync(join(tmpdir(), 'pointillist-'));
  const path = join(folder, 'calls.jsonl');
  execFileSync('go', ['test', './internal/parity', '-count=1', '-run=^TestSampleForBrowser$',
    `-parity.samples=${n}`, `-parity.seed=${seed}`, `-parity.sample=${path}`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  rmSync(folder, { recursive: true });
  return lines.map(line => JSON.parse(line));
}

// The versions draw side by side: each has a page, and so a process.
test('plotly.js draws every random call', { concurrency: true, timeout: 300_000 }, async t => {
  assert.equal(calls.length, sampled);
  await Promise.all(Object.keys(plotlyVersions).map(version => t.test(`plotly.js ${version}`, () => drawAll(version))));
});

async function drawAll(version) {
  const { page, problems } = await openPage(browser, 'about:blank');
  await addPlotly(page, version, { width: 500, height: 400 });
  const failed = [];
  for (const { call, figure } of calls) {
    const traces = await draw(page, figure).catch(error => error.message);
    if (traces !== figure.data.length) problems.push(`${figure.data.length} traces, drawn: ${traces}`);
    if (problems.length > 0) failed.push({ call, problems: problems.splice(0) });
  }
  await page.close();
  assert.deepEqual(failed, []);
}

const draw = (page, figure) => page.evaluate(async figure => {
  await Plotly.newPlot('plot', figure);
  const traces = document.getElementById('plot')._fullData.length;
  Plotly.purge('plot');
  return traces;
}, figure);
