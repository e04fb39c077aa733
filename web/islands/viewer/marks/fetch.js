// Pages of annotations from the node, one after the other, within bounds.

import { bounded } from '../store/bounded.js';
import { Collection } from './collection.js';

const MOST_PAGES = 100;
const MOST_BYTES_OF_A_PAGE = 32 * 1024 * 1024;
const MOST_BYTES = 96 * 1024 * 1024;

/** All marks, as far as they are taken; `{ collection, total, isWhole }`. `get` is `fetch`, but in tests. */
export async function fetchMarks(address, signal, get = fetch) {
  const collection = new Collection();
  let here = new URL(address);
  let total = null;
  let bytesLeft = MOST_BYTES;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { document, length } = await read(here, Math.min(bytesLeft, MOST_BYTES_OF_A_PAGE), signal, get);
    bytesLeft -= length;
    collection.add(document);
    total = document?.partOf?.total ?? total;
    const next = typeof document?.next === 'string' ? nextOf(document.next, here) : null;
    if (!next) return { collection, total, isWhole: !collection.isFull };
    if (collection.isFull || bytesLeft <= 0) break;
    here = next;
  }
  return { collection, total, isWhole: false };
}

// of a following page only the words behind "?" are taken: no answer leads the reader to another place
function nextOf(next, here) {
  const { search } = new URL(next, here);
  if (search === here.search) throw new Error('the pages of its list never end');
  const address = new URL(here);
  address.search = search;
  return address;
}

async function read(address, most, signal, get) {
  let response;
  try {
    response = await get(address.href, { signal, credentials: 'omit', headers: { accept: 'application/ld+json' } });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error('the server of this image does not answer');
  }
  if (!response.ok) throw new Error(`the server of this image answers with status ${response.status}`);
  const bytes = await bounded(response, most);
  if (bytes === null) throw new Error('the list of them is larger than it may be');
  try {
    return { document: JSON.parse(new TextDecoder().decode(bytes)), length: bytes.length };
  } catch {
    throw new Error('the list of them is no JSON');
  }
}
