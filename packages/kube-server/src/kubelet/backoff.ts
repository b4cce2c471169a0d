const firstMs = 10_000;
const longestMs = 300_000;
/** A container that ran this long starts over. */
const forgivenMs = 600_000;

/** The kubelet's pauses between restarts: none, 10 s, 20 s, … 5 min. */
export class RestartBackoff {
  #nextMs = 0;

  /** The pause after a run of `ranMs`. */
  next(ranMs: number): number {
    if (ranMs >= forgivenMs) this.#nextMs = 0;
    const pauseMs = this.#nextMs;
    this.#nextMs = pauseMs === 0 ? firstMs : Math.min(pauseMs * 2, longestMs);
    return pauseMs;
  }
}

/** Pauses between tries to pull an image: 10 s, 20 s, … 5 min. */
export class PullBackoff {
  #nextMs = firstMs;

  next(): number {
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, longestMs);
    return pauseMs;
  }
}
