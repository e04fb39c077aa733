// Where the pieces of an image come from: a store for zarrita, over HTTP with ranges, that says why something did not come.

import { bounded } from './bounded.js';
import { Patience } from './patience.js';

const MOST_JSON = 8 * 1024 * 1024;
const MOST_ABSENT = 10_000;
const DESCRIPTION = /\.json$|\/\.z[a-z]+$/;

/** Something that did not come: `away` (the server is not there, or busy) or `broken` (it answers, but not with the piece). */
export class NotFetched extends Error {
  constructor(kind, message, afterSeconds = null) {
    super(message);
    this.kind = kind;
    this.afterSeconds = afterSeconds;
  }
}

export class HttpStore {
  /** `largest`: more bytes than that are never taken for one piece. */
  constructor(address, largest) {
    this.address = address.endsWith('/') ? address : `${address}/`;
    this.largest = largest;
    // pieces that are not there: by the format they are of the value that stands for nothing
    this.absent = new Set();
  }

  async get(key, { signal } = {}) {
    const isDescription = DESCRIPTION.test(key);
    return this.fetch(key, {}, isDescription ? MOST_JSON : this.largest, signal);
  }

  async getRange(key, range, { signal } = {}) {
    // an index is awaited by all who want a piece of its shard: it does not end with the first of them
    if ('suffixLength' in range) return this.fetch(key, { Range: `bytes=-${range.suffixLength}` }, range.suffixLength);
    const { offset, length } = range;
    if (length > this.largest) throw new NotFetched('broken', 'a piece of the image says that it is larger than it may be');
    return this.fetch(key, { Range: `bytes=${offset}-${offset + length - 1}` }, length, signal, offset);
  }

  async fetch(key, headers, limit, signal, offset = null) {
    const patience = new Patience(signal);
    try {
      return await this.fetched(key, headers, limit, signal, offset, patience);
    } finally {
      patience.end();
    }
  }

  async fetched(key, headers, limit, signal, offset, patience) {
    const response = await this.answer(key, headers, signal, patience);
    if (response.status === 404) {
      if (!DESCRIPTION.test(key) && this.absent.size < MOST_ABSENT) this.absent.add(key);
      return undefined;
    }
    if (!response.ok) throw refusal(response);
    const isPart = response.status === 206;
    const mayBe = headers.Range && !isPart ? this.largest : limit;
    const bytes = await this.bytes(response, mayBe, signal, patience);
    if (bytes === null) throw new NotFetched('broken', 'a piece of the image is larger than it may be');
    if (!headers.Range || isPart) {
      if (headers.Range && bytes.length !== limit) throw new NotFetched('broken', 'a piece of the image came only in part');
      return bytes;
    }
    // a server that knows no ranges sends all of it
    return offset === null ? bytes.subarray(Math.max(0, bytes.length - limit)) : bytes.subarray(offset, offset + limit);
  }

  async answer(key, headers, signal, patience) {
    try {
      const response = await fetch(this.addressOf(key), { headers, signal: patience.signal });
      patience.heard();
      return response;
    } catch (error) {
      if (signal?.aborted || error instanceof NotFetched) throw error;
      throw new NotFetched('away', 'the server of this image does not answer');
    }
  }

  // what a deposit names as a path stays below the image, whatever it is
  addressOf(key) {
    const parts = key.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw new NotFetched('broken', 'the image names a piece that is no part of it');
    return this.address + parts.map(encodeURIComponent).join('/');
  }

  async bytes(response, most, signal, patience) {
    try {
      return await bounded(response, most, patience.heard);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new NotFetched('away', 'the server of this image stopped in the middle of an answer');
    }
  }
}

function refusal(response) {
  const { status } = response;
  const isBusy = status === 429 || status >= 500;
  const after = Number(response.headers.get('retry-after'));
  if (isBusy) return new NotFetched('away', `the server of this image answers with status ${status}`, after || null);
  if (status === 410) return new NotFetched('broken', 'this image was taken back by those who published it');
  return new NotFetched('broken', `the server answers a piece of the image with status ${status}`);
}
