import assert from "node:assert/strict";
import test from "node:test";

import { shownAlready } from "../../ui/components/notices.js";
import { state } from "../../ui/app/store.js";

globalThis.document = /** @type {any} */ ({ visibilityState: "visible" });

const notice = /** @type {any} */ ({ id: 1, deployment: "blog", title: "The bids for “blog” expired" });
const at = (route, rows = ["blog"]) => {
  state.route = route;
  state.snapshot = /** @type {any} */ ({ rows: rows.map((id) => ({ id })) });
  return shownAlready(notice);
};

test("no notice repeats what the screen shows", () => {
  assert.equal(at({ name: "deployment", id: "blog", tab: "overview" }), true);
  assert.equal(at({ name: "home" }), true, "its row says it");
  assert.equal(at({ name: "home" }, []), false, "it is over, and its row is gone");
  assert.equal(at({ name: "deployment", id: "shop", tab: "overview" }), false);
  assert.equal(at({ name: "new" }), false);
  document.visibilityState = "hidden";
  assert.equal(at({ name: "home" }), false);
});
