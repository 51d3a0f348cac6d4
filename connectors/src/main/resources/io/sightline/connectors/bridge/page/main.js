// The page's life: one photo at a time, recognised, drawn, listed; beside it the galleries and the tracer.

import { AddDialog } from './add.js';
import { call, key, setKey } from './api.js';
import { byId, el, score } from './dom.js';
import { Galleries } from './gallery.js';
import { nameOf, Photo } from './photo.js';
import * as results from './results.js';
import { follow } from './trace.js';

const READY_EVERY_MS = 10000;
const FIRST_GALLERY = 'default';

let blob = null;
let result = null;
let current = null;

const photo = new Photo(taken, i => add(result.detections[i].bbox, result.detections[i]), box => add(box, null));
const dialog = new AddDialog(photo, added);
const galleries = new Galleries(names => {
  options('gallery', names);
  byId('gallery-names').replaceChildren(...names.map(name => el('option', { value: name })));
});

async function taken(file) {
  blob = file;
  byId('again').disabled = false;
  byId('whole').hidden = true;
  problem('');
  results.clear();
  const shown = await photo.show(file);
  if (file === blob) {
    byId('whole').hidden = !shown;
    await recognise();
  }
}

/** Recognises the photo with the options as they are; an earlier call still under way is given up. Gives the result; null: there is none. */
async function recognise() {
  current?.abort();
  const mine = new AbortController();
  current = mine;
  busy(true);
  byId('said').textContent = 'Recognising…';
  const begun = performance.now();
  try {
    const query = { pipeline: byId('pipeline').value, gallery: byId('gallery').value, top_k: byId('top-k').value, score_threshold: byId('threshold').value };
    const answer = await call('POST', 'v1/recognitions', { query, body: blob, signal: mine.signal });
    if (current !== mine) {
      return null;
    }
    const elapsed = performance.now() - begun;
    result = answer;
    problem('');
    photo.draw(answer.detections, answer.image);
    results.list(answer, photo, i => add(answer.detections[i].bbox, answer.detections[i]));
    results.timings(answer, elapsed);
    results.lineage(answer);
    byId('said').textContent = results.summary(answer, elapsed);
    return answer;
  } catch (e) {
    if (current === mine) {
      result = null;
      photo.clear();
      results.clear();
      byId('said').textContent = '';
      problem(e.message, e.status);
    }
    return null;
  } finally {
    if (current === mine) {
      busy(false);
    }
  }
}

function busy(on) {
  byId('stage').classList.toggle('busy', on);
  byId('found').setAttribute('aria-busy', String(on));
}

function problem(text, status) {
  byId('problem').textContent = text;
  if (status === 401) {
    byId('key').open = true;
    byId('key-text').focus();
  }
}

function add(box, detection) {
  dialog.open(blob, box, detection, byId('gallery').value || result?.lineage.gallery || FIRST_GALLERY);
}

/** Finds at once what was added: in the same photo, in the gallery where it is now. */
async function added(name, id, label, box) {
  await galleries.refresh();
  if (name !== (byId('gallery').value || result?.lineage.gallery)) {
    byId('gallery').value = name;
  }
  const answer = await recognise();
  if (!answer) {
    return;
  }
  const at = answer.detections.findIndex(detection => detection.bbox.every((side, i) => side === box[i]));
  const match = answer.detections[at]?.matches.find(one => one.id === id);
  const found = match ? `, and found with score ${score(match.score)}` : at >= 0 ? `; here it is still ${nameOf(answer.detections[at]).text}` : '';
  byId('said').textContent = `“${label}” is in the gallery ${name}${found}.`;
  if (at >= 0) {
    photo.focus(at);
  } else {
    byId('again').focus();
  }
}

/** The options of a list, after its first one; what was chosen stays so where it can. */
function options(id, values) {
  const select = byId(id);
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...values.map(value => el('option', { value }, value)));
  select.value = values.includes(chosen) ? chosen : '';
}

async function models() {
  try {
    const { pipelines } = await call('GET', 'v1/models');
    options('pipeline', pipelines.map(one => one.pipeline));
  } catch {
    // The default pipeline is there all the same; what is wrong, the other calls say.
  }
}

async function ready() {
  const pill = byId('ready');
  let text = 'Not reachable';
  let good = false;
  try {
    // Not by call(): the answer's body matters when it is 503.
    const answer = await fetch(new URL('readyz', document.baseURI), { cache: 'no-store' });
    const { components } = await answer.json();
    const waiting = Object.entries(components).filter(([, state]) => !state.ready);
    good = waiting.length === 0 && answer.ok;
    text = good ? 'Ready' : `Not ready: ${waiting.map(([name, state]) => state.detail ? `${name} (${state.detail})` : name).join(', ') || 'shutting down'}`;
  } catch {
    // As above.
  }
  if (pill.textContent !== text) {
    pill.textContent = text;
    pill.classList.toggle('good', good);
    pill.classList.toggle('bad', !good);
  }
  setTimeout(ready, READY_EVERY_MS);
}

byId('again').addEventListener('click', recognise);
byId('whole').addEventListener('click', () => add([0, 0, byId('photo').naturalWidth, byId('photo').naturalHeight], null));
byId('options').addEventListener('submit', event => event.preventDefault());
byId('options').addEventListener('change', event => {
  if (blob && event.target.checkValidity()) {
    recognise();
  }
});
byId('key-text').value = key();
byId('key-form').addEventListener('submit', event => {
  event.preventDefault();
  setKey(byId('key-text').value.trim());
  byId('key').open = false;
  byId('key').querySelector('summary').focus();
  models();
  galleries.refresh();
  look();
  if (blob) {
    recognise();
  }
});

models();
galleries.refresh();
ready();
const look = follow();
