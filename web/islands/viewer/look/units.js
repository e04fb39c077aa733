// Lengths and times in words, and the scale bar. Pure.

const METRES = {
  angstrom: 1e-10, attometer: 1e-18, centimeter: 1e-2, decimeter: 1e-1, femtometer: 1e-15, foot: 0.3048, hectometer: 1e2, inch: 0.0254,
  kilometer: 1e3, meter: 1, micrometer: 1e-6, micron: 1e-6, mile: 1609.344, millimeter: 1e-3, nanometer: 1e-9, picometer: 1e-12, yard: 0.9144,
  'µm': 1e-6, 'μm': 1e-6, um: 1e-6, nm: 1e-9, mm: 1e-3, cm: 1e-2, m: 1, pm: 1e-12, 'å': 1e-10,
};
const STEPS = [['m', 1], ['mm', 1e-3], ['µm', 1e-6], ['nm', 1e-9], ['pm', 1e-12]];
const SECONDS = { second: 1, s: 1, millisecond: 1e-3, ms: 1e-3, microsecond: 1e-6, nanosecond: 1e-9, minute: 60, min: 60, hour: 3600, h: 3600, day: 86400 };

export function metres({ value, unit }) {
  const factor = METRES[String(unit).toLowerCase()];
  return factor ? value * factor : null;
}

/** A time in seconds, or null where nobody knows its unit. */
export function seconds({ value, unit }) {
  const factor = SECONDS[String(unit).toLowerCase()];
  return factor ? value * factor : null;
}

/** A length in the unit in which it is between 1 and 1000. */
export function lengthText(length) {
  const [unit, size] = STEPS.find(([, size]) => Math.abs(length) >= size * 0.9999999) ?? STEPS.at(-1);
  return `${Number((length / size).toPrecision(4))} ${unit}`;
}

/** So much time after the first time point, or null where the step is not known. */
export function timeText(step, place) {
  const factor = SECONDS[String(step?.unit).toLowerCase()];
  if (!factor) return null;
  const after = step.value * factor * place;
  if (after === 0) return '0 s';
  if (after < 1) return `${Number((after * 1000).toPrecision(3))} ms`;
  if (after < 120) return `${Number(after.toPrecision(4))} s`;
  const minutes = after / 60;
  if (minutes < 120) return `${Number(minutes.toPrecision(4))} min`;
  return `${Number((minutes / 60).toPrecision(4))} h`;
}

/**
 * A bar of a round length (1, 2 or 5) of about a fifth of the width: `{ points, text }`; null where the size of a pixel is not known.
 * `zoom` as in Viewport.
 */
export function scaleBar(step, zoom, width) {
  const size = step ? metres(step) : null;
  if (step && size === null) return barIn(step.value, zoom, width, (value) => `${Number(value.toPrecision(4))} ${step.unit}`);
  return size === null ? null : barIn(size, zoom, width, lengthText);
}

function barIn(size, zoom, width, text) {
  const longest = ((width / 4.5) / zoom) * size;
  const power = 10 ** Math.floor(Math.log10(longest));
  const length = [5, 2, 1].find((factor) => factor * power <= longest) * power;
  return { points: (length / size) * zoom, text: text(length) };
}
