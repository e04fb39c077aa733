// What was used last stays, within so many bytes.

export class Lru {
  /** `dropped` is told of what goes. */
  constructor(budget, dropped = () => {}) {
    this.budget = budget;
    this.dropped = dropped;
    this.entries = new Map();
    this.bytes = 0;
  }

  has(key) {
    return this.entries.has(key);
  }

  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  put(key, value, bytes) {
    this.remove(key);
    this.entries.set(key, { value, bytes });
    this.bytes += bytes;
    // what has just come stays, however large it is
    for (const [oldest] of this.entries) {
      if (this.bytes <= this.budget || oldest === key) break;
      this.remove(oldest);
    }
  }

  remove(key) {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
    this.dropped(entry.value);
  }

  clear() {
    for (const key of [...this.entries.keys()]) this.remove(key);
  }
}
