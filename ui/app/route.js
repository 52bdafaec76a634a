// Where the window is: kept in location.hash, so that a reload shows the same.

/** @typedef {{name: "home"|"connect"|"new"|"templates"|"history"|"settings"|"help"} | {name: "deployment", id: string, tab: Tab}} Route */
/** @typedef {"overview"|"sdl"|"history"} Tab */

const plain = new Set(["connect", "new", "templates", "history", "settings", "help"]);

/** @param {string} hash @returns {Route} */
export function parse(hash) {
  const [name, id, tab] = hash.replace(/^#\/?/, "").split("/");
  if (name === "d" && /^[0-9A-Za-z-]{1,64}$/.test(id ?? ""))
    return { name: "deployment", id, tab: tab === "sdl" || tab === "history" ? tab : "overview" };
  return /** @type {Route} */ ({ name: plain.has(name) ? name : "home" });
}

/** @param {Route} route */
export function hash(route) {
  if (route.name === "deployment") return `#/d/${route.id}${route.tab === "overview" ? "" : `/${route.tab}`}`;
  return route.name === "home" ? "#/" : `#/${route.name}`;
}

/** @param {string} id @param {Tab} [tab] */
export const to = (id, tab = "overview") => hash({ name: "deployment", id, tab });
