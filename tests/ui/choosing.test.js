import assert from "node:assert/strict";
import test from "node:test";
import { Arrivals } from "../../ui/choose/arrivals.js";
import { most, toggled } from "../../ui/choose/picks.js";
import { begun, limit, ready } from "../../ui/choose/rule.js";
import { s } from "../../ui/strings/index.js";

test("four at most are compared; what is picked can be taken away", () => {
  let picked = [];
  for (const one of ["a", "b", "c", "d", "e"]) picked = toggled(picked, one);
  assert.equal(most, 4);
  assert.deepEqual(picked, ["a", "b", "c", "d"]);
  assert.deepEqual(toggled(picked, "b"), ["a", "c", "d"]);
  assert.deepEqual(toggled(["a", "c", "d"], "e"), ["a", "c", "d", "e"]);
  assert.deepEqual(picked, ["a", "b", "c", "d"], "the list that came is not changed");
});

test("bids that come are announced together, not more often than it is polite", () => {
  const arrivals = new Arrivals(["a"], 6000);
  assert.equal(arrivals.see(["a"], 0), null);
  assert.deepEqual(arrivals.see(["a", "b"], 10), { fresh: 1, all: 2 });
  assert.equal(arrivals.see(["a", "b", "c"], 1000), null);
  assert.equal(arrivals.see(["a", "b", "c", "d", "e"], 6009), null);
  assert.deepEqual(arrivals.see(["a", "b", "c", "d", "e"], 6010), { fresh: 3, all: 5 });
  assert.equal(arrivals.see(["a", "b", "c", "d", "e"], 60_000), null);
  assert.equal(s.choose.more(3, 9), "3 more bids, 9 in total.");
  assert.equal(s.choose.more(1, 1), "1 bid.");
});

test("a limit is dollars and cents, more than nothing", () => {
  assert.equal(limit("6"), "6.00");
  assert.equal(limit(" $ 6.5 "), "6.50");
  assert.equal(limit("0012"), "12.00");
  assert.equal(limit("1000000"), "1000000.00");
  for (const none of ["", " ", "0", "0.004", "six", "-6", "1,000", "1000001", "6.559", "0.5030"])
    assert.equal(limit(none), null, none);
});

test("what the button says is what is sent", () => {
  const rule = { way: "reliable", region: "us-west", limit: "6.5" };
  assert.deepEqual(ready(rule), { way: "reliable", region: "us-west", limit: "6.50" });
  assert.equal(ready({ ...rule, limit: "" }), null);
  assert.equal(s.rule.go("$6.00", "$5.00"), "Deploy for me (up to $6.00 a month, sets aside $5.00)");
});

test("a limit belongs to the file it was typed for", () => {
  assert.deepEqual(begun({ way: "reliable", region: "us-west", limit: "400.00" }), {
    way: "reliable",
    region: "us-west",
    limit: "",
  });
});
