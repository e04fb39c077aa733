// The picture as it is on the screen, for keeping: with the scale bar in it, and below it what it is and how to cite it.

const MARGIN = 16;

/**
 * A canvas. `bar` as in units.js or null; `marks` another that lies over the picture, or null; `box` `{ left, top, width, height }` in points or null; `lines` of text below the picture;
 * `dots` of the canvas for a point of the screen.
 */
export function screenshot(picture, { bar, box, marks, lines, dots }) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  const font = `${Math.round(13 * dots)}px system-ui, sans-serif`;
  context.font = font;
  const wrapped = lines.flatMap((line) => wrap(context, line, picture.width - 2 * MARGIN * dots));
  const lineHeight = Math.round(19 * dots);
  canvas.width = picture.width;
  canvas.height = picture.height + (wrapped.length > 0 ? wrapped.length * lineHeight + MARGIN * dots : 0);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  if (marks) context.drawImage(marks, 0, 0);
  if (box) mark(context, picture, box, dots);
  if (bar) burnIn(context, picture, bar, dots);
  context.font = font;
  context.fillStyle = '#1b2326';
  wrapped.forEach((line, number) => context.fillText(line, MARGIN * dots, picture.height + MARGIN * dots + number * lineHeight + 6 * dots));
  return canvas;
}

function mark(context, picture, box, dots) {
  const [left, top, width, height] = [box.left, box.top, box.width, box.height].map((points) => points * dots);
  context.save();
  // a box may go beyond the picture, but not over the text
  context.beginPath();
  context.rect(0, 0, picture.width, picture.height);
  context.clip();
  for (const [colour, thickness] of [['#000000', 4], ['#ffe14d', 2]]) {
    context.strokeStyle = colour;
    context.lineWidth = thickness * dots;
    context.strokeRect(left, top, width, height);
  }
  context.restore();
}

function burnIn(context, picture, { points, text }, dots) {
  const [length, thickness] = [points * dots, 5 * dots];
  const [left, top] = [MARGIN * dots, picture.height - (MARGIN + 5) * dots];
  context.font = `600 ${Math.round(15 * dots)}px system-ui, sans-serif`;
  context.lineWidth = 3 * dots;
  context.lineJoin = 'round';
  context.strokeStyle = '#000000';
  context.fillStyle = '#ffffff';
  context.strokeRect(left, top, length, thickness);
  context.fillRect(left, top, length, thickness);
  context.strokeText(text, left, top - 7 * dots);
  context.fillText(text, left, top - 7 * dots);
}

function wrap(context, text, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
    // an address may be longer than the picture is wide
    while (context.measureText(line).width > width && line.length > 1) {
      const fitting = longestFitting(context, line, width);
      lines.push(line.slice(0, fitting));
      line = line.slice(fitting);
    }
  }
  return line ? [...lines, line] : lines;
}

function longestFitting(context, text, width) {
  let length = text.length - 1;
  while (length > 1 && context.measureText(text.slice(0, length)).width > width) length -= 1;
  return length;
}
