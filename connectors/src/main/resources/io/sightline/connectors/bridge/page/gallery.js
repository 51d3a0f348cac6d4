// The galleries and their entries, a page at a time.

import { call, entry, gallery } from './api.js';
import { byId, count, el } from './dom.js';

const PAGE = 10;

export class Galleries {
  /** @param seen called with the names of all galleries */
  constructor(seen) {
    this.seen = seen;
    this.shown = null;
    this.after = '';
    this.last = '';
    byId('galleries-refresh').addEventListener('click', () => this.refresh());
    byId('page-first').addEventListener('click', () => this.page(''));
    byId('page-next').addEventListener('click', () => this.page(this.last));
    byId('remove-cancel').addEventListener('click', () => byId('remove').close());
    byId('remove-form').addEventListener('submit', event => {
      event.preventDefault();
      this.remove();
    });
  }

  /** Reads all anew, the page shown too. */
  async refresh() {
    try {
      const { galleries } = await call('GET', 'v1/galleries');
      this.seen(galleries.map(one => one.gallery));
      byId('galleries-said').textContent = galleries.length === 0 ? 'No gallery yet: the first entry makes one.' : '';
      byId('gallery-list').replaceChildren(...galleries.map(one => el('li', {},
        el('button', { type: 'button', class: 'chip', 'aria-pressed': String(one.gallery === this.shown), click: () => this.show(one.gallery) },
          el('span', {}, one.gallery), el('small', {}, count(one.entries, 'entry', 'entries'))))));
      if (galleries.some(one => one.gallery === this.shown)) {
        await this.page(this.after);
      } else {
        byId('entries').hidden = true;
      }
    } catch (e) {
      byId('galleries-said').textContent = e.message;
    }
  }

  show(name) {
    this.shown = name;
    for (const chip of byId('gallery-list').querySelectorAll('button')) {
      chip.setAttribute('aria-pressed', String(chip.firstChild.textContent === name));
    }
    return this.page('');
  }

  async page(after) {
    try {
      const page = await call('GET', `${gallery(this.shown)}/entries`, { query: { limit: PAGE, after } });
      if (page.entries.length === 0 && after !== '') {
        await this.page(''); // the last entry of the last page was removed
        return;
      }
      this.after = after;
      this.last = page.entries.at(-1)?.id ?? '';
      byId('entries').hidden = false;
      byId('galleries-said').textContent = '';
      byId('entries-caption').textContent = page.entries.length === 0 ? `${page.gallery}: no entries` : `${page.gallery}, at epoch ${page.epoch}${after ? ', continued' : ''}`;
      byId('entry-rows').replaceChildren(...page.entries.map(one => this.row(one)));
      byId('page-first').disabled = after === '';
      byId('page-next').disabled = page.next === null;
    } catch (e) {
      byId('galleries-said').textContent = e.message;
    }
  }

  row(one) {
    const attributes = typeof one.attributes === 'string' ? one.attributes : Object.keys(one.attributes).length === 0 ? '' : JSON.stringify(one.attributes);
    return el('tr', {},
      el('th', { scope: 'row' }, one.label, one.error ? el('p', { class: 'problem' }, `Can’t be found: ${one.error}`) : null),
      el('td', { class: 'id' }, one.id),
      el('td', { class: 'optional' }, attributes),
      el('td', { class: 'optional number' }, String(one.epoch)),
      el('td', { class: 'action' }, el('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${one.label}, ${one.id}`, click: () => this.ask(one) }, 'Remove')));
  }

  ask(one) {
    this.asked = one;
    byId('remove-what').textContent = `“${one.label}” (${one.id}) of the gallery ${this.shown}.`;
    byId('remove-problem').textContent = '';
    byId('remove').showModal();
  }

  async remove() {
    const submit = byId('remove-submit');
    submit.disabled = true;
    try {
      await call('DELETE', entry(this.shown, this.asked.id), { query: { wait: 'searchable' } });
      byId('remove').close();
      await this.refresh();
      byId('galleries-said').textContent = `“${this.asked.label}” is removed.`;
      byId('galleries-refresh').focus();
    } catch (e) {
      byId('remove-problem').textContent = e.message;
    } finally {
      submit.disabled = false;
    }
  }
}
