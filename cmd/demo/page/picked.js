// The rows under a click: of a stack of markers hover tells the topmost alone.
import { pick } from './client.js';

const $ = id => document.getElementById(id);
const limit = 100;

// listOnClick lists the rows under a click on a plot, which shows the figure
// that request() asks for.
export function listOnClick(plot, request) {
  let latest = 0;
  plot.on('plotly_click', async event => {
    const mine = ++latest;
    try {
      const picked = await pick(plot, request(), event, { limit });
      if (mine === latest) show(picked, request());
    } catch (error) {
      if (mine === latest) say(error.message);
    }
  });
}

export function forget() { $('picked').hidden = true; }

function say(text) {
  $('picked').hidden = false;
  $('picked-count').textContent = text;
  $('picked-rows').replaceChildren();
}

function show({ total, more, rows, columns }) {
  const count = n => n.toLocaleString('en');
  say(`${count(total)} ${total === 1 ? 'row' : 'rows'} here${more ? `, the first ${count(rows.length)} are listed` : ''}`);
  const line = (cells, kind) => {
    const tr = document.createElement('tr');
    tr.append(...cells.map(value => Object.assign(document.createElement(kind), {
      textContent: value === null ? '–' : value, className: typeof value === 'number' ? 'number' : '',
    })));
    return tr;
  };
  const head = document.createElement('thead'), body = document.createElement('tbody');
  head.append(line(['row', ...columns.map(c => c.name)], 'th'));
  body.append(...rows.map((row, i) => line([row, ...columns.map(c => c.values[i])], 'td')));
  for (const [i, th] of [...head.querySelectorAll('th')].entries()) if (body.rows[0]?.cells[i].className) th.className = 'number';
  $('picked-rows').append(head, body);
  $('picked').dataset.total = total;
}
