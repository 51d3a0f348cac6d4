// Throughput and latency as the workers' tracers measured them: the last window of each, and how it was before.

import { call } from './api.js';
import { byId, count, el, ms, svg } from './dom.js';

const EVERY_MS = 2000;
const AFTER_TROUBLE_MS = 10000;
const WIDTH = 300;
const HEIGHT = 64;
/** A worker whose windows stopped this many windows ago is shown as silent. */
const SILENT_AFTER = 2.5;

/** Looks every two seconds while the page is seen. */
export function follow() {
  let timer = null;
  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) {
      return; // the listener below goes on
    }
    let wait = EVERY_MS;
    try {
      show(await call('GET', 'v1/trace'));
    } catch (e) {
      byId('live-said').textContent = e.message;
      wait = AFTER_TROUBLE_MS;
    }
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return look;
}

function show({ now_ms: now, workers }) {
  const living = workers.filter(worker => worker.totals.length > 0).map(worker => ({ ...worker, last: worker.totals.at(-1) }));
  const active = living.filter(({ last }) => now - last.window_end_ms < SILENT_AFTER * (last.window_end_ms - last.window_start_ms));
  byId('live-said').textContent = said(now, living, active);
  byId('live-tiles').replaceChildren(...tiles(active));
  byId('live-charts').replaceChildren(...(living.length === 0 ? [] : [
    chart('Throughput', 'requests/s, ', living.map(worker => line(worker, '', window => window.qps)), value => value.toFixed(value < 10 ? 1 : 0)),
    chart('Latency', '', living.flatMap(worker => ['.50', '.99'].map(percentile => line(worker, percentile.replace('.', 'p'), window => latency(window, percentile)))), ms),
  ]));
  byId('live-stages').replaceChildren(...active.map(worker => stages(worker, active.length > 1)));
}

function said(now, living, active) {
  if (living.length === 0) {
    return 'No worker has published a window in the last minutes.';
  }
  if (active.length === 0) {
    return 'The workers have fallen silent.';
  }
  const last = active.map(worker => worker.last);
  const length = Math.round(Math.max(...last.map(window => window.window_end_ms - window.window_start_ms)) / 1000);
  const age = Math.max(0, Math.round((now - Math.max(...last.map(window => window.window_end_ms))) / 1000));
  return `${count(active.length, 'worker', 'workers')}, windows of ${length} s, the last one ended ${age} s ago`;
}

/** Windows without requests have no latency. */
function latency(window, percentile) {
  return window.count === 0 ? null : window.latency_ms[percentile] ?? null;
}

function tiles(active) {
  const last = active.map(worker => worker.last);
  const sum = field => last.reduce((all, window) => all + (window[field] ?? 0), 0);
  const worst = percentile => {
    const seen = last.map(window => latency(window, percentile)).filter(value => value !== null);
    return seen.length === 0 ? null : Math.max(...seen);
  };
  const of = active.length > 1 ? ', slowest worker' : '';
  return [['Requests/s', sum('qps').toFixed(1)], [`p50${of}`, ms(worst('.50'))], [`p99${of}`, ms(worst('.99'))], ['In flight', String(sum('queue_size'))], ['Errors', String(sum('errors'))]]
    .map(([name, value]) => el('div', { class: name === 'Errors' && value !== '0' ? 'tile bad' : 'tile' }, el('dt', {}, name), el('dd', {}, value)));
}

/** A worker's windows as a line; null where there is no value. */
function line(worker, name, value) {
  return { name, worker: worker.instance, points: worker.totals.map(window => ({ at: window.window_end_ms, value: value(window) })) };
}

/** Lines over one time axis. @param text the form of a value */
function chart(title, unit, series, text) {
  const all = series.flatMap(one => one.points);
  const workers = new Set(series.map(one => one.worker)).size;
  const known = all.filter(point => point.value !== null);
  const from = Math.min(...all.map(point => point.at));
  const to = Math.max(...all.map(point => point.at));
  const most = Math.max(...known.map(point => point.value), 0);
  const x = at => to === from ? WIDTH : (at - from) / (to - from) * WIDTH;
  const y = value => most === 0 ? HEIGHT : HEIGHT - value / most * (HEIGHT - 4);
  const minutes = Math.max(1, Math.round((to - from) / 60000));
  const label = known.length === 0 ? `${title}: nothing yet` : `${title}: at most ${text(most)} in the last ${count(minutes, 'minute', 'minutes')}`;
  return el('figure', { class: 'chart' },
    el('figcaption', {}, el('b', {}, title), el('span', { class: 'hint' }, known.length === 0 ? ' nothing yet' : ` ${unit}at most ${text(most)}`)),
    svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
      svg('path', { class: 'base', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }),
      ...series.map((one, i) => svg('path', { class: `line line-${i % 4}`, d: path(one.points, x, y) }))),
    series.length < 2 ? null : el('ul', { class: 'legend' }, ...series.map((one, i) => el('li', {}, el('span', { class: `swatch line-${i % 4}`, 'aria-hidden': 'true' }), [one.name, workers > 1 && one.worker].filter(Boolean).join(' ')))));
}

/** Interrupted where there is no value; a value alone is a dot. */
function path(points, x, y) {
  return points.map(({ at, value }, i) => {
    const begins = (points[i - 1]?.value ?? null) === null;
    return value === null ? '' : `${begins ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}${begins ? 'h0.01' : ''}`;
  }).join('');
}

function stages(worker, named) {
  const heads = ['Stage', 'Items/s', 'Wait', 'Prepare', 'Model', 'Read out', 'p99', 'Queue'];
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Stages of ${worker.instance}` }, el('table', { class: 'stages' },
    el('caption', {}, named ? `Stages of ${worker.instance}, mean milliseconds an item` : 'Stages, mean milliseconds an item'),
    el('thead', {}, el('tr', {}, ...heads.map((head, i) => el('th', { scope: 'col', class: i > 0 && 'number' }, head)))),
    el('tbody', {}, ...worker.stages.map(stage => el('tr', {},
      el('th', { scope: 'row', class: `stage-${stage.stage}` }, el('span', { class: 'swatch', 'aria-hidden': 'true' }), stage.stage),
      ...[stage.qps?.toFixed(1) ?? '–', ...[stage.in_ms, stage.prep_ms, stage.midp_ms, stage.postp_ms].map(value => value === null || stage.count === 0 ? '–' : value.toFixed(2)),
        stage.count === 0 ? '–' : stage.latency_ms['.99']?.toFixed(1) ?? '–', stage.queue_capacity > 0 ? `${stage.queue_size}/${stage.queue_capacity}` : String(stage.queue_size)]
        .map(value => el('td', { class: 'number' }, value)))))));
}
