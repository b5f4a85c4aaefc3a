// All rows beside those that can be seen: how many, how many bytes, how long,
// and whether the two pictures differ.
import { viewOf } from './client.js';
import { compare } from './difference.js';
import { bytesText } from './run.js';

const $ = id => document.getElementById(id);
const names = { full: 'Full', visible: 'Visible' };

export class Comparison {
  #request; // what both kinds are about
  #kinds = {};

  constructor() {
    $('difference').addEventListener('click', () => this.#difference());
  }

  // add notes a run of the kind "full" or "visible". Runs about something else
  // are forgotten.
  add(kind, request, run, rows) {
    if (JSON.stringify(request) !== JSON.stringify(this.#request)) this.#kinds = {};
    this.#request = request;
    this.#kinds[kind] = { rows, bytes: run.step('4 figure').bytes, ms: run.painted };
    $('kinds').replaceChildren(...Object.keys(names).map(k => this.#row(k)));
    $('differing').textContent = '';
    delete $('differing').dataset.pixels;
    $('differences').hidden = true;
    $('comparison').hidden = false;
  }

  #row(kind) {
    const { full } = this.#kinds, run = this.#kinds[kind];
    const part = name => kind !== 'full' && full && run ? ` (${(100 * run[name] / full[name]).toFixed(1)} %)` : '';
    const tr = document.createElement('tr');
    tr.dataset.kind = kind;
    if (run) Object.assign(tr.dataset, run);
    const cells = run
      ? [run.rows.toLocaleString('en') + part('rows'), bytesText(run.bytes) + part('bytes'), run.ms.toFixed(0) + part('ms')]
      : ['not drawn yet', '', ''];
    tr.append(Object.assign(document.createElement('th'), { scope: 'row', textContent: names[kind] }),
      ...cells.map(textContent => Object.assign(document.createElement('td'), { className: 'number', textContent })));
    return tr;
  }

  // difference draws what is on the screen from all rows and from the visible
  // ones, and shows each pixel that is not the same.
  async #difference() {
    const button = $('difference'), said = $('differing');
    button.disabled = true;
    said.textContent = 'Drawing both…';
    try {
      const plot = $('plot'), view = viewOf(plot._fullLayout, devicePixelRatio);
      const [full, visible] = await Promise.all([this.#figure(), this.#figure(view)]);
      const found = await compare(full.data, visible.data, plot, $('differences'));
      said.textContent = found.differing === 0
        ? `0 of ${found.pixels.toLocaleString('en')} pixels differ.`
        : `${found.differing.toLocaleString('en')} of ${found.pixels.toLocaleString('en')} pixels differ, by at most ${found.worst} of 255 levels.`;
      Object.assign(said.dataset, { pixels: found.differing, worst: found.worst });
    } catch (error) {
      said.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  }

  // figure asks for the figure of all rows, or of those visible in the view.
  async #figure(view) {
    const reduce = view && { method: 'auto', ...view };
    const response = await fetch('v1/figure', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...this.#request, reduce }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? answer.title ?? response.statusText);
    return answer;
  }
}
