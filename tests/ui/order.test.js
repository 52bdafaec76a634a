import assert from "node:assert/strict";
import test from "node:test";
import { byWay, clicked, first, kept, sorted } from "../../ui/choose/order.js";
import { bid, names } from "./bids.js";

const bids = [
  bid("a", 4.1, { uptime: "99.00", rank: { cheapest: 0, reliable: 2, balanced: 1 } }),
  bid("b", 12.5, { uptime: "100.00", region: "Kyiv, UA", rank: { cheapest: 1, reliable: 0, balanced: 0 } }),
  bid("c", null, { uptime: "97.50", region: "Austin, US", rank: { cheapest: 2, reliable: 1, balanced: 2 } }),
  bid("d", 2, { open: false }),
];

test("each of the three ways is an order of its own; what cannot be taken is last in all", () => {
  assert.equal(names(sorted(bids, byWay, "cheapest")), "abcd");
  assert.equal(names(sorted(bids, byWay, "reliable")), "bcad");
  assert.equal(names(sorted(bids, byWay, "balanced")), "bacd");
});

test("the order they arrive in does not matter", () => {
  for (const way of ["cheapest", "reliable", "balanced"])
    assert.equal(names(sorted(bids.toReversed(), byWay, way)), names(sorted(bids, byWay, way)));
});

test("the first of a way carries the mark, wherever its row stands", () => {
  assert.equal(first(bids, "cheapest"), "a");
  assert.equal(first(bids.toReversed(), "reliable"), "b");
  assert.equal(first([bids[3]], "cheapest"), null);
  assert.equal(first([], "balanced"), null);
});

test("what has no price known is not called the cheapest", () => {
  assert.equal(first([bids[2]], "cheapest"), null);
  assert.equal(first([bids[2]], "reliable"), "c");
});

test("prices sort as numbers, unknown ones after them, what cannot be taken last", () => {
  assert.equal(names(sorted(bids, { column: "price", down: false }, "cheapest")), "abcd");
  assert.equal(names(sorted(bids, { column: "price", down: true }, "cheapest")), "bacd");
});

test("unknown values are last in both directions", () => {
  assert.equal(names(sorted(bids, { column: "uptime", down: true }, "cheapest")), "bacd");
  assert.equal(names(sorted(bids, { column: "region", down: false }, "cheapest")), "cbad");
  assert.equal(names(sorted(bids, { column: "region", down: true }, "cheapest")), "bcad");
});

test("the list that came is not changed", () => {
  const before = names(bids);
  sorted(bids, { column: "name", down: true }, "cheapest");
  sorted(bids, byWay, "balanced");
  kept(["d", "a"], bids);
  assert.equal(names(bids), before);
});

test("while one is among the rows none moves; new ones come last, gone ones leave", () => {
  assert.equal(names(kept(["c", "a", "b", "d"], bids)), "cabd");
  assert.equal(names(kept(["c", "a", "gone"], bids)), "cabd");
  assert.equal(
    names(
      kept(
        ["b", "a"],
        bids.filter((one) => one.provider !== "a"),
      ),
    ),
    "bcd",
  );
});

test("a header sorts, then turns round, then gives the way back", () => {
  const one = clicked(byWay, "price"),
    two = clicked(one, "price"),
    three = clicked(two, "price");
  assert.deepEqual([one, two, three], [{ column: "price", down: false }, { column: "price", down: true }, byWay]);
  assert.deepEqual(clicked(byWay, "uptime"), { column: "uptime", down: true });
  assert.deepEqual(clicked(one, "name"), { column: "name", down: false });
});
