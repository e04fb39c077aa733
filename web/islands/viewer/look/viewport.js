// Where in the image one looks: the middle, in pixels of the full image, and how many points of the screen one of these takes. Pure.

const LARGEST_PIXEL = 64;

export class Viewport {
  constructor(image) {
    this.image = image;
    this.width = 1;
    this.height = 1;
    this.x = image.width / 2;
    this.y = image.height / 2;
    this.zoom = 1;
  }

  resize(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
  }

  get fitting() {
    return Math.min(this.width / this.image.width, this.height / this.image.height);
  }

  get least() {
    return Math.min(1, this.fitting / 2);
  }

  get greatest() {
    // an image of a few pixels is shown as large as the screen
    return Math.max(LARGEST_PIXEL, this.fitting * 2);
  }

  fit() {
    this.goTo(this.image.width / 2, this.image.height / 2, this.fitting);
  }

  /** As near to it as is allowed: something of the image is always to be seen. */
  goTo(x, y, zoom) {
    this.zoom = Math.min(this.greatest, Math.max(this.least, zoom));
    this.x = Math.min(this.image.width, Math.max(0, x));
    this.y = Math.min(this.image.height, Math.max(0, y));
  }

  pan(columns, rows) {
    this.goTo(this.x - columns / this.zoom, this.y - rows / this.zoom, this.zoom);
  }

  /** Zooms, while what is at a place on the screen stays there. */
  zoomAt(factor, left = this.width / 2, top = this.height / 2) {
    const fixed = this.toImage(left, top);
    const zoom = Math.min(this.greatest, Math.max(this.least, this.zoom * factor));
    this.goTo(fixed.x - (left - this.width / 2) / zoom, fixed.y - (top - this.height / 2) / zoom, zoom);
  }

  toImage(left, top) {
    return { x: this.x + (left - this.width / 2) / this.zoom, y: this.y + (top - this.height / 2) / this.zoom };
  }

  toScreen(x, y) {
    return { left: (x - this.x) * this.zoom + this.width / 2, top: (y - this.y) * this.zoom + this.height / 2 };
  }

  /** What of the image is to be seen: `{ x, y, width, height }`, or null. */
  get region() {
    const from = this.toImage(0, 0);
    const to = this.toImage(this.width, this.height);
    const [left, top] = [Math.max(0, from.x), Math.max(0, from.y)];
    const [right, bottom] = [Math.min(this.image.width, to.x), Math.min(this.image.height, to.y)];
    return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
  }
}
