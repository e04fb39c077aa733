// How long a server may be silent: one that hangs keeps its connections open, and nothing would ever be said of it.

const LONGEST_SILENCE = 20_000;

export class Patience {
  /** Ends with `signal`, or when nothing was heard for so long. */
  constructor(signal) {
    this.request = new AbortController();
    this.outer = signal;
    this.giveUp = () => this.request.abort();
    if (signal?.aborted) this.giveUp();
    signal?.addEventListener('abort', this.giveUp);
    this.heard = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.giveUp, LONGEST_SILENCE);
    };
    this.heard();
  }

  /** For the request. */
  get signal() {
    return this.request.signal;
  }

  end() {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.giveUp);
  }
}
