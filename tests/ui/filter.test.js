import assert from "node:assert/strict";
import test from "node:test";
import { all, areaOf, filtered, filters, options, wrong } from "../../ui/choose/filter.js";
import { kept, sorted } from "../../ui/choose/order.js";
import { bid, names } from "./bids.js";

const bids = [
  bid("a", 4.18, { name: "Europlots", region: "Kyiv, UA", area: "eu-east", gpu: "rtx4090", favourite: true }),
  bid("b", 6, { name: "d3akash", region: "Chicago, US", area: "us-central", gpu: "a100 80Gi" }),
  bid("c", 6.01, { region: "Austin, US", gpu: "rtx4090" }),
  bid("d", null, { area: "us-central" }),
];
const shown = (change, chosen) => names(filtered(bids, { ...all(), ...change }, chosen));

test("without a filter all are shown, the very list", () => {
  assert.equal(filtered(bids, all(), undefined), bids);
  assert.equal(filters(all()), false);
  assert.equal(filters({ ...all(), text: "  " }), false);
});

test("text is sought in name, host and region, every word of it", () => {
  assert.equal(shown({ text: "EURO" }), "a");
  assert.equal(shown({ text: "b.example" }), "b");
  assert.equal(shown({ text: "us-central" }), "bd");
  assert.equal(shown({ text: "chicago d3" }), "b");
  assert.equal(shown({ text: "chicago kyiv" }), "");
});

test("region and GPU are as they are, the region's key before its name", () => {
  assert.equal(shown({ area: "us-central" }), "bd");
  assert.equal(shown({ area: "Austin, US" }), "c");
  assert.equal(shown({ gpu: "rtx4090" }), "ac");
  assert.deepEqual(options(bids.map(areaOf), ""), ["Austin, US", "eu-east", "us-central"]);
  assert.deepEqual(options([null, "x"], "gone"), ["gone", "x"]);
});

test("a ceiling lets in what costs just as much, and nothing of unknown price", () => {
  assert.equal(shown({ ceiling: "6" }), "ab");
  assert.equal(shown({ ceiling: "$6.01" }), "abc");
  assert.equal(shown({ ceiling: "0" }), "");
});

test("what is no amount hides nothing, and is said to be none", () => {
  assert.equal(shown({ ceiling: "six" }), "abcd");
  assert.equal(wrong({ ...all(), ceiling: "six" }), true);
  assert.equal(wrong({ ...all(), ceiling: "6" }), false);
  assert.equal(wrong(all()), false);
});

test("what is chosen stays, whatever the filters", () => {
  assert.equal(shown({ favourites: true }), "a");
  assert.equal(shown({ favourites: true, text: "nobody" }, "c"), "c");
});

test("filters take rows out of the order shown and put none elsewhere", () => {
  const way = { column: "way", down: false };
  const order = ["c", "a", "b"];
  const now = kept(order, sorted(bids, way, "cheapest"));
  const some = filtered(now, { ...all(), gpu: "rtx4090" }, undefined);
  assert.equal(names(some), "ca");
  assert.equal(
    names(
      filtered(
        kept(
          now.map((one) => one.provider),
          sorted(bids.toReversed(), way, "cheapest"),
        ),
        all(),
        undefined,
      ),
    ),
    "cabd",
  );
});

test("the ceiling is counted in what the prices lead with", () => {
  const price = { hour: "0.4100", day: "9.84", month: "299.51", byHour: true };
  const gpus = [bid("a", 1, { price }), bid("b", 1, { price: { ...price, hour: "0.5200" } })];
  assert.equal(names(filtered(gpus, { ...all(), ceiling: "0.5" }, undefined)), "a");
  assert.equal(names(filtered(gpus, { ...all(), ceiling: "0.4099" }, undefined)), "");
  assert.equal(wrong({ ...all(), ceiling: "0.4099" }), false);
});
