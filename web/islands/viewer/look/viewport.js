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
    this.dots = 1;
  }

  /** `dots` of the screen in a point. */
  resize(width, height, dots = 1) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.dots = dots;
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

  /** As `goTo`; `w` columns and `h` rows around the place, that were seen on another screen, are to be seen on this one too. */
  goToSeen({ x = this.x, y = this.y, zoom = this.fitting, w = 0, h = 0 }) {
    const whole = Math.min(w ? this.width / w : Infinity, h ? this.height / h : Infinity);
    // the numbers of a link are rounded
    this.goTo(x, y, whole < zoom * 0.999 ? whole : zoom);
  }

  /** So many columns and rows around the middle that what is to be seen of the image is among them; rounded off. */
  get seen() {
    const along = (middle, length, points) => Math.floor(Math.min(points / this.zoom, 2 * Math.max(middle, length - middle)) * 100) / 100;
    return { w: along(this.x, this.image.width, this.width), h: along(this.y, this.image.height, this.height) };
  }

  pan(columns, rows) {
    this.goTo(this.x - columns / this.zoom, this.y - rows / this.zoom, this.zoom);
  }

  /** Zooms, while what is at a place on the screen stays there. */
  zoomAt(factor, left = this.width / 2, top = this.height / 2) {
    const zoom = Math.min(this.greatest, Math.max(this.least, this.zoom * factor));
    const change = 1 / this.zoom - 1 / zoom;
    this.goTo(this.x + (left - this.width / 2) * change, this.y + (top - this.height / 2) * change, zoom);
  }

  toImage(left, top) {
    const { origin } = this;
    return { x: (left - origin.left) / this.zoom, y: (top - origin.top) / this.zoom };
  }

  toScreen(x, y) {
    const { origin } = this;
    return { left: x * this.zoom + origin.left, top: y * this.zoom + origin.top };
  }

  // the corner of the image lies on a whole dot, so that pixels that are as large as dots are not smeared over two
  get origin() {
    const whole = (points) => Math.round(points * this.dots) / this.dots;
    return { left: whole(this.width / 2 - this.x * this.zoom), top: whole(this.height / 2 - this.y * this.zoom) };
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
