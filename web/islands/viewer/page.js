// The place of the viewer on its page: opens what the page names, and says so where that cannot be shown.

import { h } from './panel/elements.js';
import { PlateGrid } from './panel/plate.js';
import { CannotShow, firstOf, labelNames, openGroup, readImage } from './store/image.js';
import { readPlate } from './store/plate.js';
import { Viewer } from './viewer.js';
import style from './viewer.css?inline';

export class Page {
  constructor(place) {
    this.place = place;
    const { zarr, iiif, id, title, citation, licence, manifest, annotations, labels, labelTitles, format } = place.dataset;
    this.facts = { iiif, id, title, citation, licence, manifest, annotations };
    // where the page says them, nothing is asked for that is not there
    this.labels = labels?.split(/\s+/).filter(Boolean).map(decodeURIComponent) ?? null;
    this.titles = labelTitles?.split(' ').map(decodeURIComponent) ?? [];
    this.format = Number(format) || null;
    this.address = new URL(zarr.endsWith('/') ? zarr : `${zarr}/`, location.href).href;
    // what the server wrote for browsers without a script
    this.plain = [...place.childNodes];
    this.message = h('div', { class: 'notice warn', hidden: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    // a constructed style sheet is no inline style to the policy of the page
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.addEventListener('popstate', () => this.back());
  }

  async open() {
    this.message.hidden = true;
    this.place.setAttribute('aria-busy', 'true');
    try {
      const group = await openGroup(this.address, this.format);
      if (group.ome.plate) await this.openPlate(group);
      else await this.show(await firstOf(group));
    } catch (error) {
      this.complain(error);
    } finally {
      this.place.removeAttribute('aria-busy');
    }
  }

  async openPlate(group) {
    const plate = readPlate(group);
    this.grid = new PlateGrid(plate, (well, field) => this.showField(well, field));
    const parameters = new URL(location.href).searchParams;
    await this.showField(parameters.get('well') ?? plate.wells[0].path, Number(parameters.get('field') ?? 0), false);
  }

  async showField(path, number, isStep = true) {
    const { plate } = this.grid;
    const well = plate.wells.find((well) => well.path === path) ?? plate.wells[0];
    try {
      const fields = await plate.fieldsOf(well);
      const field = Math.min(fields.length - 1, Math.max(0, Math.floor(number) || 0));
      this.grid.show(well, field, fields.length);
      if (isStep) history.pushState(null, '', new URL(`?well=${well.path}&field=${field}`, location.href));
      // the words of an address and the marks are those of one picture: the server has none for a field
      await this.show(await openGroup(fields[field], this.format), { well: well.path, field }, { ...this.facts, iiif: undefined, manifest: undefined, annotations: undefined });
    } catch (error) {
      this.complain(error);
    }
  }

  async show(group, more = {}, facts = this.facts) {
    const image = await readImage(group);
    const labels = await labelNames(group, this.labels, this.titles);
    let viewer;
    try {
      viewer = new Viewer(image, facts, { labels, more });
    } catch (error) {
      throw new CannotShow(`The viewer cannot start: ${error.message}.`);
    }
    this.viewer?.close();
    this.viewer = viewer;
    this.message.hidden = true;
    this.place.classList.add('viewer-started');
    this.place.replaceChildren(...[this.grid?.element, this.message, viewer.element].filter(Boolean));
  }

  back() {
    const parameters = new URL(location.href).searchParams;
    const { more } = this.viewer ?? {};
    const isOther = this.grid && (parameters.get('well') !== more?.well || Number(parameters.get('field')) !== more?.field);
    if (isOther) this.showField(parameters.get('well'), Number(parameters.get('field')), false);
    else this.viewer?.goTo(new URL(location.href));
  }

  // what was there stays: the picture of the server, or the image before
  complain(error) {
    const isAway = error.kind === 'away';
    const text = isAway ? `The image did not come: ${error.message}.` : error instanceof CannotShow ? error.message : `The image cannot be opened: ${error.message}.`;
    const instead = this.viewer || this.plain.length === 0 ? '' : ' Below is a picture that the server made.';
    this.message.replaceChildren(h('p', {}, text + instead), h('button', { type: 'button', class: 'quiet viewer-small', onclick: () => this.open() }, 'Try again'));
    this.message.setAttribute('role', 'alert');
    this.message.hidden = false;
    if (!this.message.isConnected) this.place.prepend(this.message);
  }
}
