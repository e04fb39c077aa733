// The label image that lies over the picture: opened when it is chosen, drawn with the image's own planes.

import { CannotShow, openGroup, readImage } from '../store/image.js';
import { Scene } from './scene.js';

export class OverlaidLabels {
  /** `names` as of `labelNames`; `changed` when there is something to draw, `complain` with a sentence. */
  constructor(image, names, changed, complain) {
    Object.assign(this, { image, names, changed, complain });
    this.name = null;
    this.scene = null;
  }

  /** `{ name, opacity }` of those that are to be shown, or null. */
  async follow(labels) {
    const name = labels?.name ?? null;
    if (name === this.name) return;
    this.close();
    this.name = name;
    if (name === null) return;
    try {
      await this.open(name);
    } catch (error) {
      this.complain(`The labels cannot be shown: ${error.message}`);
    }
    this.changed();
  }

  async open(name) {
    const known = this.names.find((one) => one.name === name);
    if (!known) throw new CannotShow(`this image has none by the name "${name}".`);
    const labels = await readImage(await openGroup(known.address));
    // another was chosen meanwhile
    if (this.name !== name) return;
    // it may have fewer pixels: it covers the same picture
    for (const level of labels.levels) {
      level.scaleX *= this.image.size.x / labels.size.x;
      level.scaleY *= this.image.size.y / labels.size.y;
    }
    labels.size = { ...labels.size, x: this.image.size.x, y: this.image.size.y };
    this.scene = new Scene(labels, this.changed);
  }

  /** What to draw over a look, for the renderer. */
  frame(look, viewport, dots) {
    if (!this.scene || !look.labels) return { layers: [], isComplete: this.name === null || Boolean(this.scene) };
    const { pieces, isComplete } = this.scene.frame(this.lookOf(look), viewport, dots);
    return { layers: [{ opacity: look.labels.opacity, pieces: pieces.get(0) ?? [] }], isComplete };
  }

  /** The number of the object at a place; 0 or null where there is none. */
  value(look, x, y) {
    return this.scene?.value(this.lookOf(look), 0, x, y)?.value ?? null;
  }

  // labels may have one plane for all
  lookOf(look) {
    const { size } = this.scene.image;
    const z = typeof look.z === 'number' ? Math.min(look.z, size.z - 1) : look.z;
    return { z: size.z === 1 ? 0 : z, t: Math.min(look.t, size.t - 1), other: look.other, channels: [{ index: 0, shown: true }] };
  }

  retry() {
    this.scene?.retry();
  }

  close() {
    this.scene?.close();
    this.scene = null;
    this.name = null;
  }
}
