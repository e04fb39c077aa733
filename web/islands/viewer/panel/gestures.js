// Pointers on the picture: drag to move, pinch and wheel to zoom, drag with Shift (or after the button was pressed) to mark a box.

const PER_WHEEL_STEP = 0.0018;
// what moves less is a click
const LEAST_DRAG = 4;

export class Gestures {
  /** `viewer` has `viewport`, `moved()`, `change()`, `point(x, y)`; `stage` is the element that pointers are on. */
  constructor(viewer, stage) {
    this.viewer = viewer;
    this.stage = stage;
    this.pointers = new Map();
    this.marking = null;
    this.isMarkingNext = false;
    stage.addEventListener('pointerdown', (event) => this.down(event));
    stage.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel']) stage.addEventListener(end, (event) => this.up(event));
    stage.addEventListener('pointerleave', () => viewer.point(null));
    stage.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    stage.addEventListener('dblclick', (event) => {
      const { left, top } = this.place(event);
      viewer.viewport.zoomAt(event.shiftKey ? 0.5 : 2, left, top);
      viewer.moved();
    });
  }

  /** The next drag marks a box. */
  markNext(isOn) {
    this.isMarkingNext = isOn;
    this.stage.classList.toggle('viewer-marking', isOn);
  }

  place(event) {
    const { left, top } = this.stage.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top };
  }

  down(event) {
    if (event.button !== 0) return;
    this.stage.setPointerCapture(event.pointerId);
    const place = this.place(event);
    this.pointers.set(event.pointerId, place);
    const isMark = this.pointers.size === 1 && (event.shiftKey || this.isMarkingNext);
    this.marking = isMark ? { start: place, corner: this.viewer.viewport.toImage(place.left, place.top) } : null;
    this.stage.classList.add('viewer-dragging');
  }

  move(event) {
    const place = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (before) {
      const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, other]) => other);
      this.pointers.set(event.pointerId, place);
      if (others.length > 0) this.pinch(before, place, others[0]);
      else if (this.marking) this.mark(place);
      else {
        this.viewer.viewport.pan(place.left - before.left, place.top - before.top);
        this.viewer.moved();
      }
    }
    this.viewer.point(this.viewer.viewport.toImage(place.left, place.top));
  }

  pinch(before, now, other) {
    const apart = (one) => Math.hypot(one.left - other.left, one.top - other.top);
    const { viewport } = this.viewer;
    viewport.pan((now.left - before.left) / 2, (now.top - before.top) / 2);
    if (apart(before) > 0) viewport.zoomAt(apart(now) / apart(before), (now.left + other.left) / 2, (now.top + other.top) / 2);
    this.viewer.moved();
  }

  mark(place) {
    const { start, corner } = this.marking;
    if (Math.hypot(place.left - start.left, place.top - start.top) < LEAST_DRAG) return;
    const to = this.viewer.viewport.toImage(place.left, place.top);
    const { x: width, y: height } = this.viewer.image.size;
    const within = (value, most) => Math.min(most, Math.max(0, value));
    const [x, right] = [corner.x, to.x].map((value) => within(value, width)).sort((one, two) => one - two);
    const [y, bottom] = [corner.y, to.y].map((value) => within(value, height)).sort((one, two) => one - two);
    const box = { x: Math.floor(x), y: Math.floor(y), width: Math.ceil(right) - Math.floor(x), height: Math.ceil(bottom) - Math.floor(y) };
    if (box.width > 0 && box.height > 0) this.viewer.change({ box });
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (this.marking) this.markNext(false);
    this.marking = null;
    if (this.pointers.size === 0) this.stage.classList.remove('viewer-dragging');
  }

  wheel(event) {
    event.preventDefault();
    const { left, top } = this.place(event);
    // lines and pages, as some mice count
    const points = event.deltaY * [1, 16, 400][event.deltaMode];
    this.viewer.viewport.zoomAt(Math.exp(-points * PER_WHEEL_STEP * (event.ctrlKey ? 4 : 1)), left, top);
    this.viewer.moved();
  }
}
