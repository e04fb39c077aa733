// Puts the viewer in the place of the picture that the server made, where the browser can draw. The page says what it needs in
// attributes of one element (docs/design/0007-viewer.md). Loaded in a worker, the same script decompresses.

import { registerCodecs } from './decoding/codecs.js';
import { serveAsWorker, startWorkers } from './decoding/pool.js';
import { Page } from './page.js';

if (typeof document === 'undefined') {
  serveAsWorker(globalThis);
} else {
  const place = document.querySelector('[data-viewer]');
  if (place) {
    registerCodecs();
    startWorkers(import.meta.url);
    new Page(place).open();
  }
}
