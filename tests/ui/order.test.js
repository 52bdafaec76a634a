import assert from "node:assert/strict";
import test from "node:test";
import { clicked, kept, sorted } from "../../ui/order.js";

const bid = (provider, month, more = {}) => ({ provider, name: provider, host: provider, region: null, uptime: null, gpu: null, audited: true, open: true, whyNot: null, cheapest: false, price: month === null ? null : { hour: (month / 730).toFixed(4), day: "0.00", month: month.toFixed(2), byHour: false }, ...more });
const names = (bids) => bids.map((one) => one.provider).join("");
const bids = [bid("a", 4.1, { uptime: "99.00" }), bid("b", 12.5, { uptime: "100.00", region: "Kyiv, UA" }), bid("c", null, { uptime: "97.50", region: "Austin, US" }), bid("d", 2, { open: false })];

test("Rust's order stands until a header is clicked", () => assert.equal(names(sorted(bids, { column: "rust", down: false })), "abcd"));

test("prices sort as numbers, unknown ones after them, what cannot be taken last", () => {
  assert.equal(names(sorted(bids, { column: "price", down: false })), "abcd");
  assert.equal(names(sorted(bids, { column: "price", down: true })), "bacd");
});

test("unknown values are last in both directions", () => {
  assert.equal(names(sorted(bids, { column: "uptime", down: true })), "bacd");
  assert.equal(names(sorted(bids, { column: "region", down: false })), "cbad");
  assert.equal(names(sorted(bids, { column: "region", down: true })), "bcad");
});

test("the list that came is not changed", () => {
  const before = names(bids);
  sorted(bids, { column: "name", down: true });
  kept(["d", "a"], bids);
  assert.equal(names(bids), before);
});

test("while one is among the rows none moves; new ones come last, gone ones leave", () => {
  assert.equal(names(kept(["c", "a", "b", "d"], bids)), "cabd");
  assert.equal(names(kept(["c", "a", "gone"], bids)), "cabd");
  assert.equal(names(kept(["b", "a"], bids.filter((one) => one.provider !== "a"))), "bcd");
});

test("a header sorts, then turns round, then gives Rust's order back", () => {
  const start = { column: "rust", down: false };
  const one = clicked(start, "price"), two = clicked(one, "price"), three = clicked(two, "price");
  assert.deepEqual([one, two, three], [{ column: "price", down: false }, { column: "price", down: true }, start]);
  assert.deepEqual(clicked(start, "uptime"), { column: "uptime", down: true });
  assert.deepEqual(clicked(one, "name"), { column: "name", down: false });
});
