// client.d.ts: TypeScript takes what client.js does, and refuses what it does not.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from '../../serve/client.js';
import { root } from './harness.mjs';

const head = `import { attach, pick, type Attachment, type Picked, type Reduction } from ${JSON.stringify(join(root, 'serve/client.js'))};
declare const div: HTMLElement, mouse: MouseEvent;
const request = { frame: 'taxi', args: { x: 'a', y: 'b' } };
`;

const right = `
  const plot: Attachment = attach(div, { ...request, filter: 'a > 1', kind: 'scatter',
    reduce: { method: 'density', by: 'panel', scale: 'equalized', mean: 'a', keep: 'b == 1', budget: 1000 } }, {
    badge: false, layout: { margin: { l: 60 } }, onReduction: (r: Reduction | undefined) => r?.rows_counted.toFixed(), onError: e => e.status });
  await plot.ready;
  await plot.settled();
  const picked: Picked | undefined = await plot.pick(mouse, { limit: 10, radius: 2 });
  picked?.columns.map(c => c.name + c.values.length);
  await pick(div, request, { points: [{}] }, { signal: new AbortController().signal });
  await globalThis.Pointillist.pick(div, request, { x: '2019-01-01', y: true, xaxis: 'x2' });
  plot.detach();
`;

const wrong = {
  method: [`attach(div, { ...request, reduce: { method: 'vissible' } });`, /visible/],
  frame: [`attach(div, { args: {} });`, /frame/],
  place: [`pick(div, request, { x: 1 });`, /not assignable/],
  scale: [`attach(div, { ...request, reduce: { scale: 'sqrt' } });`, /sqrt/],
};

let folder, said;

// One run of the compiler takes all programs.
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'pointillist-types-'));
  for (const [name, program] of [['right', right], ...Object.entries(wrong).map(([name, [program]]) => [name, program])]) {
    writeFileSync(join(folder, `${name}.mts`), head + program);
  }
  const names = ['right', ...Object.keys(wrong)].map(name => join(folder, `${name}.mts`));
  const { stdout, error } = spawnSync(process.execPath, [join(root, 'web/node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--exactOptionalPropertyTypes',
    '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--lib', 'es2022,dom', ...names], { encoding: 'utf8' });
  if (error) throw error;
  said = stdout;
}, { timeout: 240_000 });

after(() => rmSync(folder, { recursive: true, force: true }));

const about = name => said.split('\n').filter(line => line.includes(`${name}.mts`)).join('\n');

test('a page compiles', () => assert.equal(about('right'), ''));
for (const [name, [, want]] of Object.entries(wrong)) test(`refused: a wrong ${name}`, () => assert.match(said, new RegExp(`${name}\\.mts[^]*${want.source}`)));
test('nothing else is wrong', () => assert.deepEqual([...said.matchAll(/(\w+)\.m?ts\(/g)].map(m => m[1]).sort(), Object.keys(wrong).sort(), said));
test('what is declared is there', () => {
  for (const name of ['attach', 'pick']) assert.equal(typeof client[name], 'function');
});
