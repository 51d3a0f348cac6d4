// The dialog that puts a part of the photo into a gallery.

import { call, gallery } from './api.js';
import { byId, el, score } from './dom.js';
import { nameOf } from './photo.js';

export class AddDialog {
  /** @param added called with the gallery, the new entry's id, its label and the box, once every worker has the entry; may be awaited */
  constructor(photo, added) {
    this.photo = photo;
    this.added = added;
    this.dialog = byId('add');
    byId('add-cancel').addEventListener('click', () => this.dialog.close());
    byId('add-form').addEventListener('submit', event => {
      event.preventDefault();
      this.submit();
    });
  }

  /**
   * @param blob the photo
   * @param box what is added, [x1, y1, x2, y2]
   * @param detection what was found there; null: nothing was
   * @param name of the gallery to propose
   */
  open(blob, box, detection, name) {
    this.blob = blob;
    this.box = box;
    this.photo.crop(box, byId('add-crop'));
    const known = detection && nameOf(detection);
    byId('add-what').textContent = known ? (known.known ? `Now known as “${known.text}” (${score(known.score)}).` : 'Not known yet.') : 'A part of the photo that you chose.';
    byId('add-matches').replaceChildren(...(detection?.matches ?? []).slice(1, 4).map(match => el('li', {}, `${match.label} ${score(match.score)}`)));
    byId('add-label').value = known?.known ? known.text : '';
    byId('add-gallery').value = name;
    byId('add-problem').textContent = '';
    this.dialog.showModal();
    byId('add-label').focus();
    byId('add-label').select();
  }

  async submit() {
    const submit = byId('add-submit');
    if (submit.disabled) {
      return;
    }
    const name = byId('add-gallery').value.trim();
    const label = byId('add-label').value.trim();
    byId('add-problem').textContent = '';
    submit.disabled = true;
    this.dialog.setAttribute('aria-busy', 'true');
    try {
      const edited = await call('POST', `${gallery(name)}/entries`, { query: { label, box: this.box.join(','), wait: 'searchable' }, body: this.blob });
      this.dialog.close();
      await this.added(name, edited.id, label, this.box);
    } catch (e) {
      byId('add-problem').textContent = e.message;
    } finally {
      submit.disabled = false;
      this.dialog.removeAttribute('aria-busy');
    }
  }
}
