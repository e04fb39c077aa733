// Makes elements. Text is text: nothing that a depositor wrote is ever taken for HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** `h('button', { type: 'button', onclick }, 'Fit')`: properties beginning with `on` listen, others are attributes. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  set(element, properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function svg(name, properties = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  set(element, properties);
  element.append(...children);
  return element;
}

function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

const ICONS = {
  in: 'M10 4v12M4 10h12',
  out: 'M4 10h12',
  fit: 'M2.5 4.5h15v11h-15zM6.5 8h7v4h-7z',
  full: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  save: 'M10 3v9M6 9l4 4 4-4M4 16h12',
  keys: 'M7.5 7.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M10 15v.1',
  play: 'M6 4l9 6-9 6z',
  pause: 'M7 4v12M13 4v12',
  box: 'M4 6V4h2M9 4h2M14 4h2v2M16 9v2M16 14v2h-2M11 16H9M6 16H4v-2M4 11V9',
  link: 'M8 12l4-4M9 6l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L13.5 10.5M11 14l-1.5 1.5a3.2 3.2 0 0 1-4.5-4.5L6.5 9.5',
};

export function icon(name) {
  return svg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false', class: 'viewer-icon' }, svg('path', { d: ICONS[name] }));
}

/** A button that has a picture only; its name is said and shown on hovering. */
export function iconButton(name, label, onclick, more = {}) {
  return h('button', { type: 'button', class: 'viewer-button', 'aria-label': label, title: label, onclick, ...more }, icon(name));
}

let number = 0;

/** An id that nothing else on the page has. */
export function freshId(name) {
  number += 1;
  return `viewer-${name}-${number}`;
}
