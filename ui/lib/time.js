// Chain time: the window counts on from the last snapshot's `now` at its pace. Durations in words.

/**
 * Milliseconds of chain time now.
 * @param {string} now the snapshot's
 * @param {number} pace chain seconds per second
 * @param {number} since milliseconds of the machine since the snapshot came
 */
export const chainNow = (now, pace, since) => Date.parse(now) + Math.max(0, since) * pace;

/** `5 d 3 h`, `3 h 10 min`, `4 min`, `40 s`: the two largest units that say something. @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** `4:10`, `1:02:00`; never below zero. @param {number} ms */
export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${pad(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** `just now`, `4 min ago`, `3 h ago`, `2 d ago`: one unit. @param {number} ms since then */
export function ago(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 45) return "just now";
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 24 ? `${hours} h ago` : `${Math.round(hours / 24)} d ago`;
}

/** When a countdown is spoken: at two minutes and at thirty seconds, each once. Returns the mark that was just passed.
 * @param {number|null} before milliseconds left when last looked @param {number} left milliseconds left now */
export function spoken(before, left) {
  if (before === null || left <= 0) return null;
  return [30_000, 120_000].find((mark) => before > mark && left <= mark) ?? null;
}
