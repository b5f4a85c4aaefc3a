// What the pictures' tests found, as the table of promises: printed at the end
// of each run; `make fidelity` also writes it down, and the README's lead.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { root } from './harness.mjs';

const count = n => n.toLocaleString('en');
const percent = share => `${(100 * share).toFixed(2)} %`;
const most = (list, of) => list.reduce((worst, found) => Math.max(worst, of(found)), 0);

// Each promise: what it is of, what it must be, and what was measured, of the
// findings told under its name.
const promises = {
  'svg': ['visible rows, opacity 1, SVG', '0 pixels differ, in no level of any channel',
    list => `${count(most(list, f => f.differing))} pixels, worst channel ${most(list, f => f.worst)}`],
  'webgl': ['visible rows, opacity 1, scattergl', '0 pixels to pixelmatch (0.05), worst channel ≤ 8 of 255',
    list => `${count(most(list, f => f.visible))} pixels, worst channel ${most(list, f => f.worst)}`],
  'svg translucent': ['opacity below 1, SVG', '0 pixels to pixelmatch, worst channel ≤ ⌈1/opacity⌉',
    list => `${count(most(list, f => f.visible))} pixels, worst channel ${most(list, f => f.worst)} (of ${most(list, f => f.limit)})`],
  'webgl translucent': ['opacity below 1, scattergl', '0 pixels to pixelmatch, worst channel ≤ 16',
    list => `${count(most(list, f => f.visible))} pixels, worst channel ${most(list, f => f.worst)}`],
  'unexpected': ['a page up to 1.5 times as large, or markers of 4 px for 6, before the refine', '≤ 0.2 % of the inked pixels',
    list => percent(most(list, f => f.visible / f.inked))],
  'refined': ['the same, after it', '0 pixels', list => `${count(most(list, f => f.visible))} pixels`],
  'line': ["lines, `auto`: inked pixels off by more than 20 levels", '≤ 0.2 %', list => percent(most(list, f => f.off / f.inked))],
  'simplify': ["… against Plotly's own simplify", 'fewer, for every series',
    list => list.map(f => `${f.name} ${count(f.off)} : ${count(f.plotlys)}`).join(', ')],
  'breaks': ['breaks in the line', "equal to the full line's, all methods",
    list => `${list.map(f => f.method).join(', ')}: ends of all ${most(list, f => f.pieces)} pieces equal`],
  'bytes': ['taxi frame, passenger_count == 1: bytes of the reduced figure', '≤ 3 % of the full one (aim 1 %)',
    list => list.map(f => `${percent(f.reduced / f.full)} (${count(f.reduced)} of ${count(f.full)}; gzip ${percent(f.reducedZip / f.fullZip)})`).join()],
  'click': ['… click to painted', '≤ 1/5 of the full figure', list => list.map(f => `${(f.reduced / f.full).toFixed(3)} (${count(Math.round(f.reduced))} of ${count(Math.round(f.full))} ms)`).join()],
  'range': ["ranges written for all rows, against Plotly's autorange", 'equal, to 14 digits', list => `equal on ${list.map(f => f.axes).join(', ')}`],
};

const findings = new Map(Object.keys(promises).map(name => [name, []]));
let taxi;

export const tell = (name, found) => findings.get(name).push(found);

// lead is the picture pair of the README: of all rows, and of those that show.
export function lead(found) { taxi = found; }

export function table() {
  const lines = ['| what | must | measured | pictures |', '|---|---|---|---|'];
  for (const [name, [what, must, measured]] of Object.entries(promises)) {
    const list = findings.get(name);
    if (list.length) lines.push(`| ${what} | ${must} | ${measured(list)} | ${list.length} |`);
  }
  return lines.join('\n');
}

// write writes docs/fidelity.md, the picture pair and the README's part.
export function write(about) {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs/fidelity.md'), `# The same picture

Written by \`make fidelity\`, not by hand: ${about}.
The worst of all pictures of a kind is told. "To pixelmatch" is at threshold 0.05, antialiased pixels counted.

${table()}

One drawing of all rows of the taxi frame's trips with one passenger (left), and one of the rows that show (right).

![Two equal scatter plots](fidelity.png)
`);
  if (!taxi) return;
  writeFileSync(join(root, 'docs/fidelity.png'), PNG.sync.write(beside(taxi.full.picture, taxi.reduced.picture)));
  const { differing, visible, worst } = taxi.found;
  const text = `![The same scatter plot twice: of all rows, and of those that can be seen](docs/fidelity.png)

Left all ${count(taxi.full.rows)} rows, ${count(taxi.bytes.full)} bytes; right the ${count(taxi.reduced.rows)} that can be seen, ${count(taxi.bytes.reduced)} bytes.
**${count(visible)} pixels differ** to the eye (pixelmatch, threshold 0.05), ${count(differing)} at all, by at most ${worst} of 255 levels.
[All that is promised of pictures, and measured](docs/fidelity.md).`;
  const path = join(root, 'README.md'), marks = /(<!-- fidelity: begin[^>]*-->\n)[^]*?(<!-- fidelity: end -->)/;
  const readme = readFileSync(path, 'utf8');
  if (!marks.test(readme)) throw new Error('README.md has no place for what make fidelity writes');
  writeFileSync(path, readme.replace(marks, (_, begin, end) => `${begin}${text}\n${end}`));
}

// beside puts two pictures of equal size into one.
function beside(a, b) {
  const gap = 8, both = new PNG({ width: a.width + gap + b.width, height: a.height });
  both.data.fill(255);
  for (const [picture, at] of [[a, 0], [b, a.width + gap]]) PNG.bitblt(picture, both, 0, 0, picture.width, picture.height, at, 0);
  return both;
}
