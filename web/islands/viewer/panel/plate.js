// A plate as a table of its wells; the chosen one is shown in the viewer, field by field.

import { freshId, h } from './elements.js';

export class PlateGrid {
  /** `choose(path, field)` is called when the reader wants to see another picture. */
  constructor(plate, choose) {
    this.plate = plate;
    this.choose = choose;
    this.buttons = new Map();
    const at = new Map(plate.wells.map((well) => [`${well.row}/${well.column}`, well]));
    const head = h('tr', {}, h('td', {}), plate.columns.map((name) => h('th', { scope: 'col' }, name)));
    const rows = plate.rows.map((name, row) => h('tr', {}, h('th', { scope: 'row' }, name), plate.columns.map((_, column) => h('td', {}, this.button(at.get(`${row}/${column}`))))));
    const id = freshId('field');
    this.now = h('strong', { role: 'status' });
    this.field = h('select', { id, onchange: () => choose(this.path, Number(this.field.value)) });
    this.element = h(
      'section',
      { class: 'viewer-plate', 'aria-label': 'Plate' },
      h('p', { class: 'viewer-fields' }, h('strong', { dir: 'auto' }, plate.name), h('span', { class: 'soft' }, `${plate.wells.length} wells with pictures`), h('span', {}, h('label', { for: id }, 'Field'), ' ', this.field), this.now),
      h('div', { class: 'table', tabindex: '0', role: 'group', 'aria-label': 'Wells' }, h('table', {}, h('thead', {}, head), h('tbody', {}, rows))),
    );
  }

  button(well) {
    // a place of the plate of which there is no picture
    if (!well) return h('span', { class: 'viewer-well viewer-empty' });
    const label = `Well ${well.path.replace('/', '')}`;
    const button = h('button', { type: 'button', class: 'viewer-well', 'aria-label': label, title: label, 'aria-pressed': 'false', onclick: () => this.choose(well.path, 0) });
    this.buttons.set(well.path, button);
    return button;
  }

  show({ path }, field, fields) {
    this.path = path;
    this.now.textContent = `Well ${path.replace('/', '')}`;
    for (const [other, button] of this.buttons) button.setAttribute('aria-pressed', String(other === path));
    this.field.replaceChildren(...Array.from({ length: fields }, (_, number) => h('option', { value: number }, `${number + 1} of ${fields}`)));
    this.field.value = field;
  }
}
