// The page of the demo: asks for figures in two ways, shows where the time went.
import { attach, likelyArea } from './client.js';
import { Comparison } from './comparison.js';
import { forget, listOnClick } from './picked.js';
import { Run } from './run.js';
import { upload } from './upload.js';

const $ = id => document.getElementById(id);
const plotConfig = { responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: '' };
const comparison = new Comparison();
let frames = [];
let busy = false;
let drawn; // what the plot shows, as a request
let attached; // what refines the plot, if only visible rows are drawn

async function problem(response) {
  let said = {};
  try { said = await response.json(); } catch { /* not ours */ }
  return new Error(said.detail || said.title || `${response.status} ${response.statusText}`);
}

async function getJSON(url) {
  const response = await fetch(url);
  if (!response.ok) throw await problem(response);
  return response.json();
}

function say(text, bad = false) {
  $('status').textContent = text;
  $('status').classList.toggle('bad', bad);
}

// Frames and their columns -------------------------------------------------

async function loadFrames(select) {
  frames = (await getJSON('v1/frames')).frames;
  $('frame').replaceChildren(...frames.map(f => new Option(`${f.name} · ${f.rows.toLocaleString('en')} rows`, f.frame)));
  if (select) $('frame').value = select;
  await showColumns();
}

async function showColumns() {
  const frame = await getJSON('v1/frames/' + encodeURIComponent($('frame').value));
  const drawable = frame.columns.filter(c => c.type !== 'null');
  const axis = drawable.filter(c => /int|float|decimal|date|timestamp/.test(c.type));
  const names = list => list.map(c => new Option(c.name));
  $('x').replaceChildren(...names(drawable));
  $('y').replaceChildren(...names(drawable));
  $('color').replaceChildren(new Option('none', ''), ...names(drawable));
  const preferred = ['trip_distance', 'total_amount'].filter(n => axis.some(c => c.name === n));
  const floats = axis.filter(c => c.type.startsWith('float'));
  const [x, y] = [...preferred, ...[...floats, ...axis].map(c => c.name).filter(n => !preferred.includes(n))];
  $('x').value = x ?? drawable[0]?.name;
  $('y').value = y ?? x ?? drawable[0]?.name;
  const suggestions = drawable.filter(c => /int/.test(c.type) && c.max - c.min <= 12)
    .flatMap(c => Array.from({ length: c.max - c.min + 1 }, (_, i) => `${quoted(c.name)} == ${c.min + i}`));
  $('filters').replaceChildren(...suggestions.map(s => new Option(s)));
  $('filter').value = suggestions.find(s => s === 'passenger_count == 1') ?? '';
}

const quoted = name => /^[A-Za-z_]\w*$/.test(name) ? name : '`' + name.replaceAll('`', '``') + '`';

// The two ways ----------------------------------------------------------------

function request() {
  const args = { x: $('x').value, y: $('y').value };
  if ($('color').value) args.color = $('color').value;
  return { filter: $('filter').value, kind: 'scatter', args };
}

// The plot's margins are fixed, so that its area is known before it is drawn.
const margin = { l: 64, r: 16, t: 24, b: 56 };
const reduction = () => ({ method: 'auto', ...likelyArea($('plot'), { margin }), dpr: devicePixelRatio });

// The columns that the figure needs, which plain Dash would have to carry.
function columnsOf(asked) {
  const used = Object.values(asked.args);
  const frame = frames.find(f => f.frame === $('frame').value);
  const filtered = frame.columns.map(c => c.name).filter(n => asked.filter.includes(n));
  return [...new Set([...used, ...filtered])];
}

// On loopback compressing costs more than it saves: ask for the bytes as they are.
const asIs = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname) ? { 'Cache-Control': 'no-transform' } : {};

async function withoutStore(run, asked) {
  const columns = columnsOf(asked).map(c => 'column=' + encodeURIComponent(c)).join('&');
  const data = await run.fetch('2 data down', `v1/frames/${encodeURIComponent($('frame').value)}/data?${columns}`, { headers: asIs });
  return run.fetch('4 figure', 'v1/figure', post({ ...asked, frame: data }), '3 data up');
}

async function withStore(run, asked) {
  const { frame } = await run.fetch('2 handle down', 'v1/frames/' + encodeURIComponent($('frame').value), { headers: asIs });
  return run.fetch('4 figure', 'v1/figure', post({ ...asked, frame }), '3 handle up');
}

const post = body => ({ method: 'POST', headers: { 'Content-Type': 'application/json', ...asIs }, body: JSON.stringify(body) });

async function draw(mode) {
  if (busy) return;
  setBusy(true);
  say('…');
  forget();
  const run = new Run(mode), asked = request(), kind = $('visible').checked ? 'visible' : 'full';
  if (kind === 'visible') asked.reduce = reduction();
  try {
    const figure = await (mode === 'with' ? withStore : withoutStore)(run, asked);
    await run.measure('draw', () => show(figure, asked));
    if (!drawn) listOnClick($('plot'), () => drawn);
    drawn = { ...request(), frame: $('frame').value };
    const points = showRun(run, figure, JSON.stringify([$('frame').value, asked]));
    comparison.add(kind, drawn, run, points);
  } catch (error) {
    say(error.message, true);
  } finally {
    setBusy(false);
  }
}

// show draws the figure, and keeps it right if not all of its rows are there.
function show(figure, asked) {
  attached?.detach();
  attached = undefined;
  const layout = themed(figure.layout);
  if (!asked.reduce) return Plotly.react('plot', figure.data, layout, plotConfig);
  attached = attach($('plot'), { ...asked, frame: $('frame').value }, {
    figure, layout, config: plotConfig, onReduction: () => showPoints($('plot').data),
  });
  return attached.ready;
}

function themed(layout) {
  const style = getComputedStyle(document.body);
  return { ...layout, margin, autosize: true, paper_bgcolor: 'rgba(0,0,0,0)', font: { ...layout.font, color: style.color } };
}

function showPoints(traces) {
  const points = traces.reduce((n, trace) => n + lengthOf(trace.x ?? trace.y), 0);
  $('points').textContent = `Click a point for all rows that lie there. ${points.toLocaleString('en')} points in ${traces.length.toLocaleString('en')} ${traces.length === 1 ? 'trace' : 'traces'}`;
  $('points').dataset.points = points;
  return points;
}

// The two ways stand side by side as long as they are about the same figure.
function showRun(run, figure, about) {
  const other = $(run.mode === 'with' ? 'run-without' : 'run-with');
  if (other.dataset.about !== about) other.hidden = true;
  $('run-' + run.mode).dataset.about = about;
  const points = showPoints(figure.data);
  run.show($('run-' + run.mode), { points });
  $('runs').hidden = false;
  say(`Answered in ${run.total.toFixed(0)} ms, drawn in ${run.drawn.toFixed(0)} ms.`);
  return points;
}

const itemBytes = { f8: 8, f4: 4, i4: 4, u4: 4, i2: 2, u2: 2, i1: 1, u1: 1 };
function lengthOf(values) {
  if (!values?.bdata) return values?.length ?? 0;
  const padding = values.bdata.endsWith('==') ? 2 : values.bdata.endsWith('=') ? 1 : 0;
  return (values.bdata.length / 4 * 3 - padding) / itemBytes[values.dtype];
}

// Files of one's own ---------------------------------------------------------------

async function open(file) {
  if (busy || !file) return;
  setBusy(true);
  $('progress').hidden = false;
  try {
    const stored = await upload(file, (fraction, text) => { $('progress').value = fraction; say(text); });
    await loadFrames(stored.frame);
    say(`${file.name}: ${stored.rows.toLocaleString('en')} rows, ${stored.columns.length} columns.`);
  } catch (error) {
    say(error.message, true);
  } finally {
    $('progress').hidden = true;
    setBusy(false);
  }
}

function setBusy(is) {
  busy = is;
  for (const id of ['without', 'with', 'file']) $(id).disabled = is;
  document.body.setAttribute('aria-busy', is);
}

$('request').addEventListener('submit', event => {
  event.preventDefault();
  draw(event.submitter?.value ?? 'with');
});
$('frame').addEventListener('change', () => showColumns().catch(error => say(error.message, true)));
$('file').addEventListener('change', event => { open(event.target.files[0]); event.target.value = ''; });
let depth = 0; // dragenter fires for every element crossed
const dropping = change => document.body.classList.toggle('dropping', (depth += change) > 0);
addEventListener('dragenter', event => { event.preventDefault(); dropping(1); });
addEventListener('dragleave', () => dropping(-1));
addEventListener('dragover', event => event.preventDefault());
addEventListener('drop', event => {
  event.preventDefault();
  dropping(-depth);
  open(event.dataTransfer.files[0]);
});

setBusy(true);
try {
  if (!globalThis.Plotly) throw new Error('plotly.js could not be loaded: run `npm ci --prefix web`, or go online.');
  await loadFrames();
} catch (error) {
  say(error.message, true);
} finally {
  setBusy(false);
}
