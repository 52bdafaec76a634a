// Draws a part of a screen again only when something it depends on changed.
import { noChange } from "lit-html";
import { Directive, directive } from "lit-html/directive.js";
class Guard extends Directive {
  /** @type {readonly unknown[]|null} */ #before = null;

  /** @param {readonly unknown[]} depends compared one by one @param {() => unknown} make */
  render(depends, make) {
    if (this.#before?.length === depends.length && this.#before.every((one, index) => one === depends[index]))
      return noChange;
    this.#before = depends;
    return make();
  }
}

export const guard = directive(Guard);
