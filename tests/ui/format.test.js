import assert from "node:assert/strict";
import test from "node:test";
import { amount, byAmount, moment, stamp, trouble, usable, usd } from "../../ui/lib/format.js";

test("amounts keep exactly the decimals they come with", () => {
  assert.match(usd("4.18"), /4\.18/);
  assert.match(usd("0.0057"), /0\.0057/);
  assert.match(usd("0.0210"), /0\.0210/);
  assert.match(usd("5"), /5(?!\.)/);
});

test("amounts beyond what a float holds are not changed", () => {
  assert.match(usd("90071992547409.93").replaceAll(",", ""), /90071992547409\.93/);
});

test("what a person types is an amount or nothing", () => {
  for (const [typed, is] of [
    ["5", "5.00"],
    ["5.0", "5.00"],
    [" $5.25 ", "5.25"],
    ["0,5", "0.50"],
    ["0012", "12.00"],
    ["1.500", "1.50"],
  ])
    assert.equal(amount(typed), is, typed);
  assert.equal(amount("1,000"), null, "a thousand or one: not guessed");
  for (const typed of ["", " ", "-5", "five", "1e3", "5..0", "1,000.00", "NaN", "12345678901"])
    assert.equal(amount(typed), null, typed);
});

test("an amount that cannot be used says why; nothing is rounded without a word", () => {
  assert.equal(amount("0.5030"), null);
  assert.equal(amount("0.0057", 4), "0.0057");
  for (const [typed, why] of [
    ["0.5030", "cents"],
    ["1.234", "cents"],
    ["1,000", "comma"],
    ["12,000,000", "comma"],
    ["1,000.00", "comma"],
    ["five", "none"],
    ["", "none"],
    ["5.00", null],
    ["0,5", null],
  ])
    assert.equal(trouble(typed), why, typed);
});

test("amounts are told with thousands separators", () => {
  assert.match(usd("1234567.50"), /1.234.567.50/);
});

test("what is kept has its date, today too", () => {
  assert.match(stamp(new Date(2026, 10, 23, 9, 5).getTime()), /23.*2026/);
});

test("unknown amounts are last", () => {
  assert.deepEqual(["3.00", null, "1.00", undefined, "20.00"].toSorted(byAmount).slice(0, 3), [
    "1.00",
    "3.00",
    "20.00",
  ]);
});

test("a language that is none gives way to the window's own", () => {
  for (const tag of ["C", "", undefined, "not a language"]) assert.equal(usable(tag), "en-US");
  assert.equal(usable("de-DE"), "de-DE");
});

test("another day is named", () => {
  const now = new Date(2026, 10, 23, 12, 0).getTime();
  assert.doesNotMatch(moment(new Date(2026, 10, 23, 9, 5).getTime(), now), /23/);
  assert.match(moment(new Date(2026, 10, 20, 9, 5).getTime(), now), /20/);
  assert.match(moment(new Date(2025, 10, 20).getTime(), now), /2025/);
});
