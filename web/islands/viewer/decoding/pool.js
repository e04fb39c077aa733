// Decompresses away from the page's own thread: in workers, which are this very script loaded once more from its own address, so
// that the policy of the page needs nothing but 'self'.

import { unblosc } from './blosc.js';
import { inflated } from './inflate.js';
import { unzstd } from './zstd.js';

const MOST_WORKERS = 3;

const WAYS = {
  blosc: unblosc,
  zstd: unzstd,
  gzip: (bytes, limit) => inflated(bytes, 'gzip', limit),
  zlib: (bytes, limit) => inflated(bytes, 'deflate', limit),
};

/** What a worker does: answers each message with bytes, or with a sentence about what is wrong. */
export function serveAsWorker(scope) {
  scope.onmessage = async ({ data: { number, way, bytes, limit } }) => {
    try {
      const output = await WAYS[way](bytes, limit);
      // only what is no view into something larger can go without being copied
      const own = output.byteLength === output.buffer.byteLength ? output : output.slice();
      scope.postMessage({ number, bytes: own }, [own.buffer]);
    } catch (error) {
      scope.postMessage({ number, trouble: error.message });
    }
  };
}

let pool = null;

/** Starts workers from the script at an address; where that cannot be done, decompression stays on this thread. */
export function startWorkers(address) {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2;
  const count = Math.max(1, Math.min(MOST_WORKERS, cores - 1));
  try {
    pool = new Pool(Array.from({ length: count }, () => new Worker(address, { type: 'module' })));
  } catch {
    pool = null;
  }
}

export async function decompressed(way, bytes, limit) {
  return pool ? pool.ask(way, bytes, limit) : WAYS[way](bytes, limit);
}

class Pool {
  constructor(workers) {
    this.workers = workers;
    this.waiting = new Map();
    this.number = 0;
    for (const worker of workers) {
      worker.onmessage = ({ data }) => this.answered(data);
      worker.onerror = () => this.giveUp();
    }
  }

  ask(way, bytes, limit) {
    const number = this.number++;
    // the bytes are copied: whoever gave them may hold the whole of which they are a part
    this.workers[number % this.workers.length].postMessage({ number, way, bytes: bytes.slice(), limit });
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject, way, bytes, limit }));
  }

  answered({ number, bytes, trouble }) {
    const asked = this.waiting.get(number);
    this.waiting.delete(number);
    if (bytes) asked?.resolve(bytes);
    else asked?.reject(new Error(trouble));
  }

  // a worker that cannot be loaded: what waits is done here, and all that follows
  giveUp() {
    if (pool === this) pool = null;
    for (const worker of this.workers) worker.terminate();
    for (const { resolve, way, bytes, limit } of this.waiting.values()) resolve(WAYS[way](bytes, limit));
    this.waiting.clear();
  }
}
