// A Run times one press of a button: every arrow of the round trip, the
// server's stages inside it, and the drawing.

export const bytesText = bytes => bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

export class Run {
  constructor(mode) {
    this.mode = mode;
    this.start = performance.now();
    this.steps = [{ name: '1 click', from: 0, to: 0, bytes: null }];
  }

  // fetch asks for JSON and notes its arrows: the request's body under
  // upName, if there is one, and the answer under name.
  async fetch(name, url, init, upName) {
    const address = new URL(url, document.baseURI).href;
    performance.clearResourceTimings();
    const asked = performance.now();
    const response = await fetch(address, init);
    const answer = await response.text();
    const ended = performance.now();
    const value = JSON.parse(answer);
    const parsed = performance.now();
    if (!response.ok) throw new Error(value.detail || value.title || response.statusText);
    const timing = await resourceTiming(address);
    // Up is until the server has the request and begins to answer less the
    // time that the server itself says it took.
    const stages = (timing?.serverTiming ?? []).map(({ name, duration }) => ({ name, duration }));
    const server = stages.reduce((sum, s) => sum + s.duration, 0);
    const first = timing?.responseStart || ended;
    const served = Math.max(asked, first - server);
    if (upName) this.add(upName, asked, served, init.body.length);
    const from = upName ? served : asked;
    this.add(name, from, ended, timing?.encodedBodySize || answer.length);
    let at = Math.max(from, first - server);
    for (const s of stages) {
      this.add(s.name, at, at + s.duration, null, 'stage');
      at += s.duration;
    }
    this.add('parse', ended, parsed, null, 'draw');
    this.answered = parsed;
    return value;
  }

  // measure times until what was drawn is on the screen.
  async measure(name, work) {
    const from = performance.now();
    await work();
    await new Promise(painted => requestAnimationFrame(() => setTimeout(painted)));
    this.add(name, from, performance.now(), null, 'draw');
    this.drawn = performance.now() - from;
  }

  add(name, from, to, bytes, kind = '') {
    this.steps.push({ name, from: from - this.start, to: to - this.start, bytes, kind });
  }

  get total() { return this.answered - this.start; }
  get painted() { return this.total + this.drawn; }
  step(name) { return this.steps.find(s => s.name === name); }

  // show fills a table body, and redraws the bars of all of them to one scale.
  show(body, { points }) {
    const rows = [row('run', this.mode === 'with' ? 'With store' : 'Without store', null, this.total)];
    for (const s of this.steps) rows.push(row(s.kind, s.name, s.bytes, s.to - s.from, s));
    body.replaceChildren(...rows);
    body.hidden = false;
    body.dataset.ms = this.total.toFixed(2);
    body.dataset.points = points;
    scaleBars(body.parentElement);
  }
}

function row(kind, name, bytes, ms, bar) {
  const tr = document.createElement('tr');
  tr.className = kind;
  tr.dataset.step = name;
  const th = Object.assign(document.createElement('th'), { scope: 'row', textContent: name });
  const size = Object.assign(document.createElement('td'), { className: 'number', textContent: bytes === null ? '' : bytesText(bytes) });
  const time = Object.assign(document.createElement('td'), { className: 'number', textContent: ms < 9.95 ? ms.toFixed(2) : ms.toFixed(0) });
  const bars = Object.assign(document.createElement('td'), { className: 'bars' });
  if (bar) {
    const span = Object.assign(document.createElement('span'), { className: 'bar' });
    Object.assign(span.dataset, { from: bar.from, to: bar.to, ...(bar.name === 'draw' && { drawing: true }) });
    bars.append(span);
  }
  if (bytes !== null) size.dataset.bytes = bytes;
  time.dataset.ms = ms;
  tr.append(th, size, time, bars);
  return tr;
}

// The scale ends where the slower answer does. Drawing is the browser's time,
// the same in both: its bar begins in its place and fades out at the end.
function scaleBars(table) {
  const bars = [...table.querySelectorAll('tbody:not([hidden]) .bar')];
  const end = 1.1 * Math.max(...bars.filter(b => !b.dataset.drawing).map(b => +b.dataset.to));
  for (const b of bars) {
    const from = Math.min(+b.dataset.from, end), to = Math.min(+b.dataset.to, end);
    b.style.marginLeft = `${100 * from / end}%`;
    b.style.width = `${100 * (to - from) / end}%`;
    b.classList.toggle('cut', +b.dataset.to > end);
  }
}

// The entry appears shortly after the body has been read.
async function resourceTiming(address) {
  for (let tries = 0; tries < 20; tries++) {
    const entry = performance.getEntriesByName(address).at(-1);
    if (entry) return entry;
    await new Promise(later => setTimeout(later, 5));
  }
}
