// Label images that lie beside an image: which of them is shown over it, and how strongly.

import { freshId, h } from './elements.js';

export class LabelChoice {
  constructor(viewer, names) {
    this.viewer = viewer;
    const id = freshId('labels');
    const opacityId = freshId('opacity');
    this.choice = h(
      'select',
      { id, onchange: () => this.choose() },
      h('option', { value: '' }, 'none'),
      names.map(({ name, title }) => h('option', { value: name }, title ?? name)),
    );
    this.opacity = h('input', { type: 'range', id: opacityId, min: '0', max: '1', step: '0.05', oninput: () => this.choose() });
    this.opacityRow = h('div', { class: 'viewer-gamma' }, h('label', { for: opacityId }, 'Opacity'), this.opacity);
    this.element = h('section', { class: 'viewer-group', 'aria-label': 'Labels' }, h('div', { class: 'viewer-group-head' }, h('h3', {}, h('label', { for: id }, 'Labels'))), this.choice, this.opacityRow);
    this.opacity.value = '0.5';
  }

  choose() {
    const labels = this.choice.value ? { name: this.choice.value, opacity: Number(this.opacity.value) } : null;
    this.viewer.change({ labels });
  }

  show({ labels }) {
    this.choice.value = labels?.name ?? '';
    this.opacityRow.hidden = !labels;
    if (labels) this.opacity.value = labels.opacity;
  }
}
