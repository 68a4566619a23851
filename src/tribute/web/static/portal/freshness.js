// Asks again a while after each answer while the page is seen; rests when it is hidden; waits longer the longer nothing answers.

const SHARE = 5; // of the time an answer took: a slow server is asked less often
const LONGEST = 30_000;

/** `ask(signal)` fetches and shows, every `rest` milliseconds at most; `failed(error, seconds)` says that the next try is that far off, and may answer false to stop. */
export class Freshness {
  #ask;
  #failed;
  #rest;
  #timer = 0;
  #running = null;
  #failures = 0;

  constructor(ask, failed, rest) {
    this.#ask = ask;
    this.#failed = failed;
    this.#rest = rest;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop() : this.now()));
  }

  /** Ask at once; what was under way is dropped. */
  async now() {
    this.#stop();
    const running = new AbortController();
    this.#running = running;
    const began = performance.now();
    try {
      await this.#ask(running.signal);
      this.#failures = 0;
      this.#again(running, Math.max(this.#rest, SHARE * (performance.now() - began)));
    } catch (error) {
      if (running.signal.aborted) return;
      this.#failures += 1;
      const wait = Math.min(LONGEST, 1_000 * 2 ** this.#failures);
      if (this.#failed(error, Math.round(wait / 1000)) !== false) this.#again(running, wait);
    }
  }

  #again(running, wait) {
    if (running === this.#running && !document.hidden) this.#timer = setTimeout(() => this.now(), wait);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
  }
}
