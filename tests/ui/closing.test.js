import assert from "node:assert/strict";
import test from "node:test";
import { came, due, want } from "../../ui/app/closing.js";

test("a click on Close in the list closes what it led to, once", () => {
  want("a");
  came("a");
  assert.equal(due("b"), false);
  assert.equal(due("a"), true);
  assert.equal(due("a"), false);
});

test("who leaves before it was shown took the click back", () => {
  for (const screen of [null, "b"]) {
    want("a");
    came("a");
    came(screen);
    came("a");
    assert.equal(due("a"), false);
  }
});
