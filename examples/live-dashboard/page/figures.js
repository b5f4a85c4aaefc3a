// The ten graphs: each what POST /v1/figure takes, without the frame. A browser has
// WebGL for some sixteen plots of a page at most, and a scatter plot takes several:
// these are drawn as SVG, of the rows that can be seen.
const scatter = (title, args, filter) => ({ kind: 'scatter', args: { title, render_mode: 'svg', ...args }, filter, reduce: { method: 'visible' } });
const line = (title, args, filter) => ({ kind: 'line', args: { title, render_mode: 'svg', ...args }, filter, reduce: { method: 'auto' } });

export const figures = [
  scatter('Paid', { x: 'placed_at', y: 'paid', color: 'region' }),
  scatter('Minutes by distance', { x: 'distance', y: 'minutes', color: 'channel' }),
  scatter('Paid by price', { x: 'price', y: 'paid', color: 'quantity' }),
  line('Minutes', { x: 'placed_at', y: 'minutes' }),
  line('Minutes in the north', { x: 'placed_at', y: 'minutes', color: 'channel' }, "region == 'north'"),
  scatter('Distance, of the web', { x: 'placed_at', y: 'distance' }, "channel == 'web'"),
  scatter('Minutes of the badly rated', { x: 'distance', y: 'minutes', color: 'rating' }, 'rating <= 2'),
  scatter('Minutes by quantity', { x: 'quantity', y: 'minutes' }),
  scatter('Paid by distance, by region', { x: 'distance', y: 'paid', facet_col: 'region' }),
  scatter('Large orders', { x: 'placed_at', y: 'paid', size: 'quantity' }, 'paid > 400'),
];
