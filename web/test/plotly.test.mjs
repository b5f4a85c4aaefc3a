// plotly.js 2, 3 and 4 each draw our figures without a word of complaint.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { addPlotly, launch, openPage, plotlyVersions, screenshot, serveDemo } from './harness.mjs';

const figures = {
  'scattergl, one trace': { args: { x: 'trip_distance', y: 'total_amount' } },
  'scattergl, discrete colour and symbol': { args: { x: 'trip_distance', y: 'total_amount', color: 'payment_type', symbol: 'payment_type' } },
  'scattergl, continuous colour': { args: { x: 'trip_distance', y: 'total_amount', color: 'passenger_count', color_continuous_scale: 'viridis' } },
  'scattergl, dates': { args: { x: 'lpep_pickup_datetime', y: 'total_amount' } },
  'scattergl, hover': { args: { x: 'trip_distance', y: 'total_amount', hover_data: ['payment_type', 'lpep_pickup_datetime'], hover_name: 'payment_type' } },
  'scattergl, text with nulls': { args: { x: 'trip_distance', y: 'total_amount', text: 'payment_type' } },
  'scatter, size': { args: { x: 'trip_distance', y: 'total_amount', size: 'passenger_count', render_mode: 'svg' } },
  'scatter, logarithmic': { args: { x: 'trip_distance', y: 'total_amount', log_x: true, log_y: true, range_x: [0.1, 100], render_mode: 'svg' } },
  'scatter, error bars': { args: { x: 'trip_distance', y: 'total_amount', error_y: 'passenger_count', error_x_minus: 'passenger_count', render_mode: 'svg' } },
  'scatter, another template': { args: { x: 'trip_distance', y: 'total_amount', template: 'plotly_dark', title: 'Dark', render_mode: 'svg' } },
  'line': { kind: 'line', args: { x: 'lpep_pickup_datetime', y: 'total_amount', color: 'payment_type', line_dash: 'payment_type', markers: true } },
  'no rows': { filter: 'passenger_count == 99', args: { x: 'trip_distance', y: 'total_amount' } },
};

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([serveDemo(), launch()]);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const version of Object.keys(plotlyVersions)) {
  test(`plotly.js ${version}`, { timeout: 240_000 }, async t => {
    const { page, problems } = await openPage(browser, demo.url + 'healthz');
    await addPlotly(page, version, { width: 900, height: 600 });
    for (const [title, asked] of Object.entries(figures)) {
      for (const arrays of ['typed', 'text', 'auto']) {
        await t.test(`${title}, ${arrays}`, async () => {
          const got = await draw(page, { frame: 'taxi', filter: 'passenger_count == 6', ...asked, arrays });
          assert.deepEqual(problems.splice(0), []);
          assert.equal(got.drawn, got.sent);
          if (asked.filter) assert.equal(got.sent, 0);
          else assert.ok(got.sent > 1_000);
        });
      }
    }
    await screenshot(page, `plotly-${version}`);
    await page.close();
  });
}

// draw draws the figure asked for, and returns how many points were sent and
// how many plotly.js has. SVG draws slowly: few rows are enough for it.
const draw = (page, asked) => page.evaluate(async asked => {
  const response = await fetch('/v1/figure', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked) });
  if (!response.ok) throw new Error(await response.text());
  const { data, layout, frames } = await response.json();
  const size = { f8: 8, f4: 4, i4: 4, u4: 4, i2: 2, u2: 2, i1: 1, u1: 1 };
  const count = v => v?.bdata !== undefined ? atob(v.bdata).length / size[v.dtype] : v?.length ?? 0;
  const sent = data.reduce((n, trace) => n + count(trace.x), 0);
  await Plotly.newPlot('plot', { data, layout, frames }, {}, { showSendToCloud: false });
  const drawn = document.getElementById('plot')._fullData.reduce((n, t) => n + (t._length ?? 0), 0);
  Plotly.purge('plot');
  return { sent, drawn };
}, asked);
