// Closing from the list, where only the line is known: the deployment is opened, and closed as soon as it is known whether that asks first.
// The click counts only on the screen it led to: whoever leaves before takes it back.

/** @type {string|null} */
let wanted = null;

/** The person wants `id` closed and is on the way to its screen. @param {string} id */
export function want(id) {
  wanted = id;
}

/** The deployment that is shown is known now: whether to close it. Says so once. @param {string} id */
export function due(id) {
  if (wanted !== id) return false;
  wanted = null;
  return true;
}

/** The person came to the screen of `id`, or to one that is of no deployment, or it cannot be shown. @param {string|null} id */
export function came(id) {
  if (wanted !== id) wanted = null;
}
