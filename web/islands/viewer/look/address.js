// The address of the page, which holds the view.

import { serialiseSpot } from './spot.js';

// browsers refuse to write the address more often than about that
const MILLISECONDS_TO_REMEMBER = 300;
const WORDS_OF_A_SPOT = /^(x|y|zoom|w|h|z|t|c|box|labels|marks|well|field|axis\..*)$/;

/** The address of the page with a spot in it; other words of it stay. */
export function addressOf(spot, page) {
  const address = new URL(page);
  const others = [...address.searchParams].filter(([name]) => !WORDS_OF_A_SPOT.test(name));
  address.search = [serialiseSpot(spot), new URLSearchParams(others).toString()].filter(Boolean).join('&');
  address.hash = '';
  return address.href;
}

/** Writes the view into the address of the page. */
export class Remembering {
  /** `link` tells the address of the moment. */
  constructor(link) {
    this.link = link;
  }

  /** Soon, in the place of the address that is there. */
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => history.replaceState(null, '', this.link()), MILLISECONDS_TO_REMEMBER);
  }

  /** Now, as a step that "back" goes back from. */
  step() {
    clearTimeout(this.timer);
    history.pushState(null, '', this.link());
  }

  stop() {
    clearTimeout(this.timer);
  }
}
