// The view for others: a link, a citation, an address of IIIF, the selector of an annotation, commands of other viewers.

import { annotation, citationOfView, elsewhere, iiifAddress } from '../look/forms.js';
import { freshId, h } from './elements.js';

export class Share {
  constructor(viewer) {
    this.viewer = viewer;
    this.fields = [
      this.field('link', 'Link to this view', () => viewer.link),
      this.field('cite', 'Cite this view', () => citationOfView({ ...this.facts(), date: new Date().toISOString().slice(0, 10) })),
      viewer.facts.iiif && this.field('iiif', 'As a picture (IIIF)', () => iiifAddress(viewer.absolute(viewer.facts.iiif), viewer.spot, this.region) ?? 'No channel is shown.'),
      this.field('annotation', 'As a W3C annotation', () => JSON.stringify(annotation(this.facts(), this.region), null, 2), 8),
    ].filter(Boolean);
    this.others = h('ul', { class: 'viewer-others' });
    this.link = details('Link and cite', this.fields.map(({ element }) => element));
    this.open = details('Open elsewhere', [this.others]);
    this.element = h('div', { class: 'viewer-share' }, this.link, this.open);
    // what is folded away is not written
    for (const part of [this.link, this.open]) part.addEventListener('toggle', () => this.show());
  }

  get region() {
    const { look, viewport, image } = this.viewer;
    return look.box ?? viewport.region ?? { x: 0, y: 0, width: image.size.x, height: image.size.y };
  }

  facts() {
    const { facts, link, spot, image } = this.viewer;
    return { ...facts, id: facts.id ?? new URL('.', link).href, link, spot, sizes: image.size, region: this.region };
  }

  field(name, label, text, rows = name === 'cite' ? 3 : 2) {
    const id = freshId(name);
    const area = h('textarea', { id, rows, readonly: true, spellcheck: 'false' });
    const copy = h('button', { type: 'button', class: 'quiet viewer-small', onclick: () => this.copy(text(), label) }, 'Copy');
    const element = h('div', { class: 'viewer-field' }, h('div', { class: 'viewer-field-head' }, h('label', { for: id }, label), copy), area);
    return { element, area, text };
  }

  copyLink() {
    this.viewer.remembering.step();
    return this.copy(this.viewer.link, 'Link to this view');
  }

  async copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      this.viewer.messages.tell(`${what}: copied.`);
    } catch {
      // not allowed, or a page without https: then it is shown, to be copied by hand
      this.link.open = true;
      this.show();
      const field = this.fields.find(({ area }) => area.value === text) ?? this.fields[0];
      field.area.focus();
      field.area.select();
      this.viewer.messages.tell('The browser did not let it be copied: it is marked, copy it from there.');
    }
  }

  show() {
    if (this.link.open) for (const { area, text } of this.fields) area.value = text();
    if (this.open.open) this.showOthers();
  }

  showOthers() {
    const { image, viewport, spot, zarr, facts } = this.viewer;
    const manifest = facts.manifest && this.viewer.absolute(facts.manifest);
    const ways = elsewhere(zarr, { version: image.version, image, viewport, spot, manifest });
    this.others.replaceChildren(
      ...ways.map(({ name, kind, text, note }) =>
        h(
          'li',
          {},
          h('div', { class: 'viewer-field-head' }, h('strong', {}, name), kind === 'address' ? h('a', { class: 'button quiet viewer-small', href: text, rel: 'noreferrer' }, `Open in ${name}`) : h('button', { type: 'button', class: 'quiet viewer-small', 'aria-label': `Copy for ${name}`, onclick: () => this.copy(text, name) }, 'Copy')),
          kind === 'command' && h('code', {}, text),
          h('p', { class: 'soft small' }, note),
        ),
      ),
    );
  }
}

function details(title, children) {
  return h('details', {}, h('summary', {}, title), ...children);
}
