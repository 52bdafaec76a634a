// Says that bids arrived, politely: those there at the beginning are read from the screen, and then not more often than every few seconds.

export class Arrivals {
  /** @type {Set<string>} */ #seen;
  #fresh = 0;
  #wait;
  #said = -Infinity;

  /** @param {Iterable<string>} there @param {number} [wait] milliseconds between two announcements */
  constructor(there, wait = 6000) {
    this.#seen = new Set(there);
    this.#wait = wait;
  }

  /**
   * What is there now; what to say of it, `null` for nothing yet.
   * @param {string[]} keys
   * @param {number} at milliseconds
   * @returns {{fresh: number, all: number}|null}
   */
  see(keys, at) {
    for (const key of keys) {
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#fresh += 1;
    }
    if (!this.#fresh || at - this.#said < this.#wait) return null;
    const fresh = Math.min(this.#fresh, keys.length);
    this.#fresh = 0;
    this.#said = at;
    return { fresh, all: keys.length };
  }
}
