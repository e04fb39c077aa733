// How often which values are, and between which of them a channel is shown well. Pure.

const BINS = 128;
// so many values are looked at
const SAMPLES = 1 << 18;
// what is darker than this part of all values is black, and what is brighter is white, as the server has it
const OUTSIDE = 0.001;

/** Of the values of one or several arrays: `{ least, greatest, counts, window }`; null where none is a number. */
export function histogramOf(arrays) {
  const values = sample(arrays);
  if (values.length === 0) return null;
  values.sort();
  const [least, greatest] = [values[0], values[values.length - 1]];
  const counts = new Array(BINS).fill(0);
  const perValue = greatest > least ? BINS / (greatest - least) : 0;
  for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - least) * perValue))] += 1;
  return { least, greatest, counts, window: windowOf(values) };
}

function sample(arrays) {
  const total = arrays.reduce((sum, { length }) => sum + length, 0);
  const step = Math.max(1, Math.ceil(total / SAMPLES));
  const values = new Float64Array(Math.ceil(total / step) + arrays.length);
  let count = 0;
  for (const array of arrays) {
    for (let at = 0; at < array.length; at += step) {
      const value = Number(array[at]);
      if (Number.isFinite(value)) values[count++] = value;
    }
  }
  return values.slice(0, count);
}

function windowOf(sorted) {
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  const [low, high] = [at(OUTSIDE), at(1 - OUTSIDE)];
  if (high > low) return [low, high];
  const [least, greatest] = [sorted[0], sorted[sorted.length - 1]];
  // of one value only: it is black, as the server has it
  return greatest > least ? [least, greatest] : [least, least + 1];
}

/** The outline of a histogram as the `d` of a path in a box of 100 × 30: heights by their logarithm, so that rare values show. */
export function outline({ counts }) {
  const highest = Math.log1p(Math.max(1, ...counts));
  const width = 100 / counts.length;
  const steps = counts.map((count, bin) => {
    const height = 30 - (Math.log1p(count) / highest) * 29;
    return `L${(bin * width).toFixed(2)} ${height.toFixed(2)}H${((bin + 1) * width).toFixed(2)}`;
  });
  return `M0 30${steps.join('')}V30Z`;
}
