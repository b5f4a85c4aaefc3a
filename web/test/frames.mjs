// Frames that are drawn in the browser tests: generated, the same each time,
// as POST /v1/frames takes them. Each says how to draw it and which share of
// its rows can be seen at most, so that a test of it tests something.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './harness.mjs';

const packages = join(root, 'web/node_modules');

// dataset is one that plotly.py comes with.
function dataset(name) {
  const lib = join(root, '.venv/lib'), [python] = readdirSync(lib);
  return join(lib, python, 'site-packages/plotly/package_data/datasets', name);
}

const unzip = path => gunzipSync(readFileSync(path)).toString();
const csv = content => content.trim().split('\n').map(line => line.trim().split(','));

// A small generator of random numbers, seeded [mulberry32].
function random(seed) {
  return () => {
    seed = (seed + 0x6D2B79F5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const normal = next => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const rows = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const float = (name, values) => ({ name, type: 'float64', values });
const text = (name, values) => ({ name, type: 'utf8', values });
const xy = args => ({ x: 'x', y: 'y', ...args });

// clusters gives rows around a few centres, and one in fifty anywhere.
function clusters(n, next, centres = 6, spread = 0.35) {
  const at = rows(centres, () => [10 * next(), 10 * next()]);
  const points = rows(n, i => {
    const [x, y] = at[Math.floor(centres * next())];
    return i % 50 === 0 ? [10 * next(), 10 * next()] : [x + spread * normal(next), y + spread * normal(next)];
  });
  return [float('x', points.map(p => p[0])), float('y', points.map(p => p[1]))];
}

const category = (n, next, names) => text('kind', rows(n, () => names[Math.floor(names.length * next())]));

// Each maps a number of rows to {columns, args, atMost}.
const makers = {
  clustered: (n, next) => ({ columns: clusters(n, next), args: xy(), atMost: 0.8 }),
  colours: (n, next) => ({ columns: [...clusters(n, next), category(n, next, ['a', 'b', 'c', 'd'])], args: xy({ color: 'kind' }), atMost: 1 }),
  uniform: (n, next) => ({ columns: [float('x', rows(n, next)), float('y', rows(n, next))], args: xy(), atMost: 1 }),
  duplicates: (n, next) => ({
    columns: [float('x', rows(n, () => Math.floor(30 * next()))), float('y', rows(n, () => Math.floor(12 * next() * next())))],
    args: xy(), atMost: 1,
  }),
  'one spot': n => ({ columns: [float('x', rows(n, i => i % 500 === 0 ? i / n : 0.5)), float('y', rows(n, i => i % 500 === 0 ? 1 - i / n : 0.5))], args: xy(), atMost: 1 }),
  'log-normal': (n, next) => ({
    columns: [float('x', rows(n, () => Math.exp(0.6 * normal(next)))), float('y', rows(n, () => 100 * Math.exp(normal(next) / 2)))],
    args: xy({ log_x: true, log_y: true }), atMost: 1,
  }),
  dates: (n, next) => ({
    columns: [{ name: 'x', type: 'timestamp[ms]', values: rows(n, () => 1546300800000 + Math.floor(86_400_000 * 30 * next())) }, float('y', rows(n, () => normal(next)))],
    args: xy(), atMost: 1,
  }),
  categories: (n, next) => ({
    columns: [text('x', rows(n, i => ['ant', 'bee', 'cat', 'dog'][i < 4 ? i : Math.floor(4 * next())])), float('y', rows(n, () => normal(next)))],
    args: xy(), atMost: 1,
  }),
  sizes: (n, next) => ({ columns: [...clusters(n, next, 6, 1), float('weight', rows(n, () => next() ** 3))], args: xy({ size: 'weight' }), atMost: 1 }),
  symbols: (n, next) => ({ columns: [...clusters(n, next, 3, 0.4), category(n, next, ['p', 'q', 'r', 's', 't'])], args: xy({ color: 'kind', symbol: 'kind' }), atMost: 1 }),
  'continuous colour': (n, next) => ({ columns: [...clusters(n, next), float('heat', rows(n, next))], args: xy({ color: 'heat' }), atMost: 0.9 }),
  'missing values': (n, next) => {
    const [x, y] = clusters(n, next);
    x.values = x.values.map((v, i) => i % 7 === 0 ? null : v);
    y.values = y.values.map((v, i) => i % 11 === 0 ? null : v);
    return { columns: [x, y], args: xy(), atMost: 0.8 };
  },
  outliers: (n, next) => ({
    columns: [float('x', rows(n, i => i % 997 === 0 ? 40 * next() : Math.abs(normal(next)))), float('y', rows(n, i => i % 997 === 0 ? 300 * next() : 10 * Math.abs(normal(next))))],
    args: xy(), atMost: 0.6,
  }),
  integers: (n, next) => ({
    columns: [{ name: 'x', type: 'int64', values: rows(n, () => Math.round(40 * normal(next))) }, { name: 'y', type: 'int64', values: rows(n, () => Math.round(30 * normal(next))) }],
    args: xy(), atMost: 1,
  }),
  ring: (n, next) => ({
    columns: (angles => [float('x', angles.map(a => Math.cos(a) + 0.02 * normal(next))), float('y', angles.map(a => Math.sin(a) + 0.02 * normal(next)))])(rows(n, () => 2 * Math.PI * next())),
    args: xy(), atMost: 1,
  }),
  iris: () => {
    const [names, ...flowers] = csv(unzip(dataset('iris.csv.gz')));
    const column = name => flowers.map(f => f[names.indexOf(name)]);
    return {
      columns: [float('x', column('sepal_width').map(Number)), float('y', column('sepal_length').map(Number)), text('kind', column('species'))],
      args: xy({ color: 'kind', symbol: 'kind' }), atMost: 1,
    };
  },
  gapminder: () => {
    const [names, ...countries] = csv(unzip(dataset('gapminder.csv.gz')));
    const column = name => countries.map(c => c[names.indexOf(name)]);
    return {
      columns: [float('x', column('gdpPercap').map(Number)), float('y', column('lifeExp').map(Number)), float('pop', column('pop').map(Number)), text('kind', column('continent'))],
      args: xy({ size: 'pop', color: 'kind', log_x: true, size_max: 40 }), atMost: 1,
    };
  },
  flights: n => {
    const flown = JSON.parse(readFileSync(join(packages, 'vega-datasets/data/flights-20k.json'))).slice(0, n);
    return { columns: [float('x', flown.map(f => f.distance)), float('y', flown.map(f => f.delay))], args: xy(), atMost: 1 };
  },
  outlines: (n, next) => {
    const outlined = [{ marker: { line: { width: 1, color: 'white' } } }];
    return { columns: clusters(n, next), args: xy({ template: { data: { scatter: outlined, scattergl: outlined } } }), atMost: 1 };
  },
  'one row': () => ({ columns: [float('x', [3]), float('y', [4])], args: xy(), atMost: 1 }),
  'all equal': n => ({ columns: [float('x', rows(n, () => 3)), float('y', rows(n, () => 4))], args: xy(), atMost: 1 }),
  'dates before 1970': (n, next) => ({
    columns: [{ name: 'x', type: 'timestamp[ns]', values: rows(n, i => `19${String(20 + i % 49).padStart(2, '0')}-06-${String(1 + i % 30).padStart(2, '0')}T12:00:00.000000001`) },
      float('y', rows(n, () => Math.round(20 * normal(next))))],
    args: xy(), atMost: 1,
  }),
  'close stacks': (n, next) => {
    const spots = rows(40, () => [50 + 2 * next(), 50 + 2 * next()]);
    const points = rows(24_000, i => i < 2 ? [100 * i, 100 * i] : spots[Math.floor(40 * next())]);
    return { columns: [float('x', points.map(p => p[0])), float('y', points.map(p => p[1]))], args: xy(), atMost: 1 };
  },
};

export const frameNames = Object.keys(makers);

// frame makes the named frame with about n rows.
export const frame = (name, n) => makers[name](n, random(1 + frameNames.indexOf(name)));

// The series that lines are tested with: x ascends.
const series = {
  smooth: i => Math.sin(i / 9000) + 0.3 * Math.sin(i / 1700),
  noisy: (i, next) => Math.sin(i / 20000) + 0.5 * normal(next) + (i % 20011 === 0 ? 4 : 0),
  stepwise: i => Math.floor(i / 3371) * 7 % 5,
  sparse: (i, next) => i % 997 < 3 ? next() : 0,
  gappy: (i, next) => i % 10007 < 1500 ? null : Math.cos(i / 8000) + 0.1 * normal(next),
};

export const seriesNames = Object.keys(series);

export function line(name, n) {
  const next = random(100 + seriesNames.indexOf(name));
  return { columns: [float('x', rows(n, i => i)), float('y', rows(n, i => series[name](i, next)))], args: xy({ render_mode: 'svg' }) };
}
