// Draws the ten graphs, and draws them anew when the server has other data: all of
// one version, all at once. What is drawn stays until all of the new are there.
import { attach } from './client.js';
import { figures } from './figures.js';

const pause = 1000; // ms between two questions whether there is other data
const layout = { margin: { t: 40, r: 10, b: 44, l: 56 }, uirevision: 'live', font: { size: 11 } };
const main = document.getElementById('graphs'), status = document.getElementById('status');
const divs = figures.map(() => main.appendChild(document.createElement('div')));
const zoomed = divs.map(() => ({})); // the ranges that the reader has chosen
const shown = { version: undefined, age: 0, rows: 0, at: 0, trouble: undefined };

async function ask(path, body) {
  const response = await fetch(path, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return { answer, etag: response.headers.get('ETag'), version: response.headers.get('Frame-Version') };
}

// draw asks for all figures of one version, then shows them.
async function draw(version) {
  const requests = figures.map(figure => ({ frame: `orders@${version}`, ...figure }));
  const answers = await Promise.all(requests.map((request, i) => ask('v1/figure', { ...request, reduce: { ...request.reduce, ...area(divs[i]) } })));
  await Promise.all(requests.map(async (request, i) => {
    const div = divs[i], first = !div.dataset.version;
    const { answer: figure, etag, version } = answers[i];
    await attach(div, request, { figure, etag, layout, badge: false }).ready;
    if (Object.keys(zoomed[i]).length > 0) await Plotly.relayout(div, zoomed[i]);
    div.dataset.version = version;
    if (first) keepZoom(i);
  }));
}

// keepZoom has what the reader zooms into outlive the data, until a double click.
function keepZoom(i) {
  divs[i].on('plotly_relayout', change => { zoomed[i] = { ...zoomed[i], ...rangesOf(divs[i], change) }; });
  divs[i].on('plotly_doubleclick', () => setTimeout(() => { zoomed[i] = {}; }, 300)); // after its relayout
}

// rangesOf is what a change sets the ranges of axes to, for Plotly.relayout.
function rangesOf(div, change) {
  const axes = Object.keys(change).map(name => /^([xy]axis\d*)\.range/.exec(name)?.[1]).filter(Boolean);
  return Object.fromEntries(axes.map(axis => [`${axis}.range`, [...div._fullLayout[axis].range]]));
}

const area = div => ({ width: Math.max(div.clientWidth - 66, 100), height: Math.max(div.clientHeight - 84, 100), dpr: devicePixelRatio });

async function look() {
  try {
    const { answer: orders } = await ask('v1/frames/orders');
    if (orders.version !== shown.version) await draw(orders.version);
    Object.assign(shown, { version: orders.version, rows: orders.rows, age: orders.age, at: performance.now(), trouble: orders.stale && 'the database does not answer' });
  } catch (error) {
    shown.trouble = error.message; // the graphs stay
  }
  tell();
}

function tell() {
  const { version, rows, trouble } = shown;
  status.classList.toggle('stale', Boolean(trouble));
  if (!version) {
    status.textContent = trouble ? `There is no data yet: ${trouble}.` : 'Waiting for the first data…';
    return;
  }
  const age = Math.round(shown.age + (performance.now() - shown.at) / 1000);
  status.dataset.age = age;
  status.textContent = `${rows.toLocaleString('en')} orders, ${age} s old, version ${version.slice(0, 8)}` + (trouble ? `: ${trouble}` : '');
}

async function watch() {
  await look();
  setTimeout(watch, pause);
}

watch();
