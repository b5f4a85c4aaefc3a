// What the store keeps is read by Arrow for JavaScript: exported, and as the
// file that it is once its header is cut off.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { root, serveDemo } from './harness.mjs';

const rows = 1000;
const sent = {
  miles: { type: 'float64', values: Array.from({ length: rows }, (_, i) => i % 7 === 3 ? null : i / 4) },
  count: { type: 'int64', values: Array.from({ length: rows }, (_, i) => i) },
  paid: { type: 'dictionary', values: Array.from({ length: rows }, (_, i) => ['card', 'cash', null][i % 3]) },
  note: { type: 'utf8', values: Array.from({ length: rows }, (_, i) => i % 5 ? `é ${i}` : '') },
  ok: { type: 'bool', values: Array.from({ length: rows }, (_, i) => i % 2 === 0) },
  at: { type: 'timestamp[ms]', values: Array.from({ length: rows }, (_, i) => i * 1000) },
};

let demo, folder, stored, command;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pointillist-store-'));
  command = join(folder, 'pointillist-store');
  execFileSync('go', ['build', '-o', command, './cmd/pointillist-store'], { cwd: root, stdio: 'inherit' });
  demo = await serveDemo('-cache-dir', join(folder, 'cache'));
  stored = join(folder, 'cache', 'frames');
  const answer = await fetch(new URL('v1/frames', demo.url), {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ columns: Object.entries(sent).map(([name, column]) => ({ name, ...column })) }),
  });
  assert.equal(answer.status, 201, await answer.text());
}, { timeout: 240_000 });

after(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function equalsSent(table) {
  assert.deepEqual(table.schema.fields.map(f => f.name), Object.keys(sent));
  assert.equal(table.numRows, rows);
  for (const [name, { values }] of Object.entries(sent)) {
    const column = table.getChild(name);
    assert.deepEqual(Array.from(column, v => typeof v === 'bigint' ? Number(v) : v), values, name);
  }
}

const entries = () => readdirSync(stored).filter(name => name.endsWith('.frame'));

test('an exported entry', () => {
  const [entry] = entries(), file = join(folder, 'frame.arrow');
  execFileSync(command, ['export', stored, entry.slice(0, 32), file]);
  equalsSent(tableFromIPC(readFileSync(file)));
});

test('a stored file behind its header', () => {
  assert.equal(entries().length, 1);
  const file = readFileSync(join(stored, entries()[0]));
  equalsSent(tableFromIPC(file.subarray(file.readUInt32LE(12))));
});
