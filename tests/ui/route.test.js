import assert from "node:assert/strict";
import test from "node:test";
import { hash, parse, to } from "../../ui/app/route.js";

const id = "01936f2e-7a4b-7c3d-9e2f-0123456789ab";

test("every route survives a reload", () => {
  const routes = [
    ...["home", "connect", "new", "templates", "history", "settings", "help"].map((name) => ({ name })),
    ...["overview", "sdl", "history"].map((tab) => ({ name: "deployment", id, tab })),
  ];
  for (const route of routes) assert.deepEqual(parse(hash(route)), route);
});

test("what is no route is home", () => {
  for (const text of [
    "",
    "#",
    "#/",
    "#/nowhere",
    "#/d/",
    "#/d",
    "#/d/<script>",
    `#/d/${"a".repeat(65)}`,
    "#//",
    "#/constructor",
    "#/home",
  ])
    assert.deepEqual(parse(text), { name: "home" }, text);
});

test("an unknown tab is the overview", () =>
  assert.deepEqual(parse(`${to(id)}/shell`), { name: "deployment", id, tab: "overview" }));
