// What was found, as a list beside the photo, and how long it took.

import { byId, count, el, ms, score } from './dom.js';
import { nameOf } from './photo.js';

const STAGES = ['decode', 'detect', 'classify', 'embed', 'lookup'];

/** One sentence for the eye and the screen reader. */
export function summary(result, elapsedMs) {
  const found = result.detections;
  if (found.length === 0) {
    return `Nothing found, in ${ms(elapsedMs)}.`;
  }
  const known = found.filter(detection => nameOf(detection).known).length;
  return `${count(found.length, 'thing', 'things')} found, ${known} known, in ${ms(elapsedMs)}.`;
}

/** @param add called with the number of the thing to add to a gallery */
export function list(result, photo, add) {
  byId('things').replaceChildren(...result.detections.map((detection, i) => {
    const name = nameOf(detection);
    const canvas = el('canvas', { width: 96, height: 96, 'aria-hidden': 'true' });
    photo.crop(detection.bbox, canvas);
    return el('li', { class: name.known ? 'thing' : 'thing unknown', mouseenter: () => photo.mark(i, true), mouseleave: () => photo.mark(i, false) },
      canvas,
      el('div', { class: 'what' },
        el('p', { class: 'name' }, el('b', { class: 'number' }, String(i + 1)), el('span', {}, name.text)),
        meter(name.known ? 'match' : 'thing', name.score),
        el('p', { class: 'hint' }, `${detection.class || 'thing'} ${score(detection.score)} · ${detection.bbox[2] - detection.bbox[0]} × ${detection.bbox[3] - detection.bbox[1]} px`),
        others(detection)),
      el('button', { type: 'button', class: 'add', 'aria-label': `Add ${i + 1}, ${name.text}, to a gallery`, click: () => add(i) }, 'Add'));
  }));
}

function meter(what, value) {
  const share = Math.max(0, Math.min(1, value ?? 0));
  const bar = el('span', { class: 'meter', 'aria-hidden': 'true' }, el('span'));
  bar.firstChild.style.width = `${share * 100}%`;
  return el('p', { class: 'score' }, bar, el('span', {}, `${what} ${score(value)}`));
}

/** Matches and classes after the first one. */
function others(detection) {
  const rest = detection.matches.slice(1).map(match => `${match.label} ${score(match.score)}`)
    .concat((detection.classes ?? []).slice(detection.matches.length ? 0 : 1).map(one => `${one.label} ${score(one.score)}`));
  return rest.length === 0 ? null : el('details', { class: 'others' }, el('summary', {}, `${rest.length} more`), el('ul', { class: 'matches' }, ...rest.map(text => el('li', {}, text))));
}

/** Items that a stage had for one photo: the answer has the sum of their times, and they run side by side. */
function items(stage, result) {
  const things = result.detections.length;
  const galleries = Object.keys(result.lineage.galleries ?? {}).length;
  return Math.max(1, { classify: things, embed: things, lookup: galleries }[stage] ?? 1);
}

/** The stages' times under the photo, means of their items. What waits and what works is told apart. */
export function timings(result, elapsedMs) {
  const times = result.timings_ms;
  const seen = [...new Set(Object.keys(times).filter(name => name.includes('.')).map(name => name.split('.')[0]))];
  const stages = [...STAGES.filter(stage => seen.includes(stage)), ...seen.filter(stage => !STAGES.includes(stage))].map(stage => {
    const many = items(stage, result);
    const part = step => (times[`${stage}.${step}`] ?? 0) / many;
    return { stage, many, wait: part('in') + part('out'), work: part('prep') + part('midp') + part('postp'), model: part('midp') };
  });
  const all = stages.reduce((sum, { wait, work }) => sum + wait + work, 0);
  byId('timing').hidden = false;
  byId('timing-text').textContent = `${ms(times.total)} in the stages, ${ms(elapsedMs)} as seen from here`;
  byId('timing-bar').replaceChildren(...stages.flatMap(({ stage, wait, work }) => [part(stage, 'wait', wait / all), part(stage, 'work', work / all)]));
  byId('timing-legend').replaceChildren(...stages.map(({ stage, many, wait, work, model }) => el('li', { class: `stage-${stage}`, title: `model ${ms(model)}` },
    el('span', { class: 'swatch', 'aria-hidden': 'true' }), el('b', {}, stage), ` ${many > 1 ? `${many} × ` : ''}${ms(work)}`, el('span', { class: 'hint' }, ` + ${ms(wait)} waiting`))));
}

function part(stage, kind, share) {
  const bar = el('span', { class: `stage-${stage} ${kind}` });
  bar.style.flexGrow = String(Number.isFinite(share) ? share : 0);
  return bar;
}

export function lineage(result) {
  const from = result.lineage;
  const rows = [
    ['Request', result.request_id],
    ['Pipeline', result.pipeline],
    ...Object.entries(from.models ?? {}).map(([stage, model]) => [`Model, ${stage}`, `${model}${from.devices?.[stage] ? ` on ${from.devices[stage]}` : ''}`]),
    ...Object.entries(from.galleries ?? {}).map(([gallery, epoch]) => ['Gallery', `${gallery} at epoch ${epoch}`]),
    ['Settings', from.config_hash],
    ['Record', from.input_topic && `${from.input_topic}-${from.input_partition} @ ${from.input_offset}`],
    ['Build', from.build],
  ];
  byId('lineage').hidden = false;
  byId('lineage-list').replaceChildren(...rows.filter(([, value]) => value).flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

/** Nothing of an earlier photo stays. */
export function clear() {
  byId('things').replaceChildren();
  byId('timing').hidden = true;
  byId('lineage').hidden = true;
}
