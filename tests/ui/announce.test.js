import assert from "node:assert/strict";
import test from "node:test";
import { announcer } from "../../ui/app/announce.js";

const regions = () => [{ textContent: "" }, { textContent: "" }];

test("each live region is emptied by itself, whatever the other one says", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [polite, assertive] = regions();
  const say = announcer(polite, assertive);
  say("The Console does not accept this key.", true);
  t.mock.timers.tick(5_000);
  assert.equal(assertive.textContent, "The Console does not accept this key.");
  say("Copied");
  t.mock.timers.tick(6_000);
  assert.equal(assertive.textContent, "");
  assert.equal(polite.textContent, "Copied");
  t.mock.timers.tick(5_000);
  assert.equal(polite.textContent, "");
});

test("two sentences at the same moment are both said", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [polite, assertive] = regions();
  const say = announcer(polite, assertive);
  say("3 bids.");
  say("Offline.");
  t.mock.timers.tick(100);
  assert.equal(polite.textContent, "3 bids. Offline.");
});

test("the same sentence said again is a change, so that it is read again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [polite, assertive] = regions();
  const say = announcer(polite, assertive);
  say("Copied");
  t.mock.timers.tick(100);
  say("Copied");
  assert.equal(polite.textContent, "");
  t.mock.timers.tick(100);
  assert.equal(polite.textContent, "Copied");
});
