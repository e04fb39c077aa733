// The buttons over the picture.

import { h, iconButton } from './elements.js';

export function toolbar(viewer) {
  const zoom = (factor) => () => {
    viewer.viewport.zoomAt(factor);
    viewer.moved();
  };
  const mark = iconButton('box', 'Mark a box: drag over the picture', () => viewer.gestures.markNext(!viewer.gestures.isMarkingNext));
  return h(
    'div',
    { class: 'viewer-toolbar', role: 'group', 'aria-label': 'Picture' },
    iconButton('in', 'Zoom in (+)', zoom(1.6)),
    iconButton('out', 'Zoom out (−)', zoom(1 / 1.6)),
    iconButton('fit', 'Show the whole image (0)', () => viewer.fit()),
    mark,
    iconButton('link', 'Copy a link to this view (l)', () => viewer.share.copyLink()),
    iconButton('save', 'Save the picture (s)', () => viewer.save()),
    document.fullscreenEnabled && iconButton('full', 'Full screen (f)', () => viewer.fullScreen()),
    iconButton('keys', 'Keys (?)', () => viewer.keys.open()),
  );
}
