// What the browser tests share: the demo server, built from this checkout, and
// a real Chromium. Whatever is missing fails the tests; nothing is skipped.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const out = join(root, 'web/test/out');

// Chromium must stay off the network and off this machine's profile.
const quiet = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export const launch = () => chromium.launch({ executablePath: process.env.POINTILLIST_CHROMIUM ?? '/usr/bin/chromium', args: quiet });

// serveDemo starts the demo on a free port; stop ends it, and fails unless it
// stopped cleanly.
export const serveDemo = (...args) => serve(root, './cmd/demo', args);

// serveExample does that with one of the examples, each a module of its own.
export const serveExample = (name, ...args) => serve(join(root, 'examples', name), '.', args);

async function serve(module, command, args) {
  const folder = mkdtempSync(join(tmpdir(), 'pointillist-'));
  const binary = join(folder, 'demo');
  execFileSync('go', ['build', '-o', binary, command], { cwd: module, stdio: 'inherit' });
  const demo = spawn(binary, ['-listen', '127.0.0.1:0', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => demo.once('exit', (code, signal) => resolve({ code, signal })));
  const ready = new Promise(resolve => createInterface({ input: demo.stdout }).once('line', resolve));
  const line = await Promise.race([ready, ended]);
  const url = /http:\S+/.exec(line)?.[0];
  if (!url) throw new Error(`${command} did not become ready: ${JSON.stringify(line)}`);
  return {
    url, folder,
    async stop() {
      demo.kill('SIGTERM');
      const { code } = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`${command} ended with ${code}`);
    },
  };
}

// openPage opens a page and collects what goes wrong on it.
export async function openPage(browser, url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(120_000); // of a busy machine
  const problems = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => { if (message.type() === 'error') problems.push(message.text()); });
  page.on('requestfailed', request => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.route('**/favicon.ico', route => route.fulfill({ status: 204 })); // asked for where a page names none
  await page.goto(url);
  return { page, problems };
}

export const plotlyVersions = { 2: 'plotly2', 3: 'plotly3', 4: 'plotly.js-dist-min' };

// addPlotly gives a page a plotly.js, by its major version, and an empty plot.
export async function addPlotly(page, version, { width, height }) {
  await page.addScriptTag({ path: join(root, 'web/node_modules', plotlyVersions[version], 'plotly.min.js') });
  assert.equal((await page.evaluate(() => Plotly.version)).split('.')[0], version);
  await page.evaluate(style => { document.body.innerHTML = `<div id="plot" style="${style}"></div>`; }, `width:${width}px;height:${height}px`);
}

export async function screenshot(page, name) {
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: join(out, name + '.png'), fullPage: true });
}
