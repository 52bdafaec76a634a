import assert from "node:assert/strict";
import test from "node:test";
import { ago, chainNow, countdown, lasting, spoken } from "../../ui/lib/time.js";

const S = 1000,
  MIN = 60 * S,
  H = 60 * MIN,
  D = 24 * H;

test("chain time goes on at its pace", () => {
  const now = "2026-11-23T14:00:00Z";
  assert.equal(chainNow(now, 1, 5 * S), Date.parse(now) + 5 * S);
  assert.equal(chainNow(now, 60, 5 * S), Date.parse(now) + 300 * S);
  assert.equal(chainNow(now, 60, -1), Date.parse(now));
});

test("durations say their two largest units", () => {
  for (const [ms, said] of [
    [0, "0 s"],
    [40 * S, "40 s"],
    [90 * S, "1 min 30 s"],
    [4 * MIN, "4 min"],
    [12 * MIN + 30 * S, "12 min"],
    [3 * H + 10 * MIN, "3 h 10 min"],
    [5 * D + 3 * H, "5 d 3 h"],
    [2 * D, "2 d"],
    [-5, "0 s"],
  ])
    assert.equal(lasting(ms), said);
});

test("countdowns never go below zero", () => {
  for (const [ms, said] of [
    [250 * S, "4:10"],
    [9 * S, "0:09"],
    [0, "0:00"],
    [-1, "0:00"],
    [62 * MIN, "1:02:00"],
    [100, "0:01"],
  ])
    assert.equal(countdown(ms), said);
});

test("ago says one unit", () => {
  for (const [ms, said] of [
    [0, "just now"],
    [50 * S, "1 min ago"],
    [4 * MIN, "4 min ago"],
    [3 * H, "3 h ago"],
    [2 * D, "2 d ago"],
    [-MIN, "just now"],
  ])
    assert.equal(ago(ms), said);
});

test("a countdown is spoken at two minutes and at thirty seconds, once each, whatever the steps", () => {
  for (const step of [S, 7 * S, 25 * S]) {
    const said = [];
    let before = null;
    for (let left = 5 * MIN; left > -MIN; left -= step) {
      const mark = spoken(before, left);
      if (mark) said.push(mark);
      before = left;
    }
    assert.deepEqual(said, [120_000, 30_000], `steps of ${step}`);
  }
  assert.equal(spoken(null, 20 * S), null);
});
