import assert from "node:assert/strict";
import test from "node:test";
import { DraftSync } from "../../ui/app/draft.js";

/** Rust's side: holds the text, gives every edit a revision, and finds one thing, at the word "bad". */
function world(text) {
  const rust = { id: 1, rev: 1, text, sent: [], late: [], gate: null, refuse: false };
  const window = { text: null, marks: [], shown: [], failed: null };
  const findings = () => {
    const from = rust.text.indexOf("bad");
    return from < 0
      ? []
      : [{ code: "bad", from, to: from + 3, fix: { label: "", edits: [{ from, to: from + 3, insert: "good" }] } }];
  };
  const draft = () => ({ id: rust.id, rev: rust.rev, findings: findings() });
  const sync = new DraftSync(
    {
      read: async () => ({ id: rust.id, rev: rust.rev, text: rust.text }),
      send: async (id, edited) => {
        await rust.gate;
        if (rust.refuse) throw { title: "no" };
        if (id !== rust.id) return void rust.late.push([id, edited]);
        Object.assign(rust, { rev: rust.rev + 1, text: edited });
        rust.sent.push(edited);
      },
      show: (shown, fresh) => (window.shown.push(fresh), (window.text = shown)),
      mark: (list) => window.marks.push({ about: window.text, list }),
      fail: (error) => (window.failed = error),
    },
    1,
  );
  const type = (edited) => ((window.text = edited), sync.typed(edited));
  return { rust, window, sync, draft, type };
}

test("the text comes once, its findings with it", async () => {
  const { window, sync, draft } = world("a bad word");
  sync.seen(draft());
  await sync.settled();
  assert.equal(window.text, "a bad word");
  assert.deepEqual(window.shown, [true]);
  assert.equal(window.marks.at(-1).list[0].from, 2);
});

test("edits go in order, and the last one last", async () => {
  const { rust, sync, draft, type } = world("0");
  sync.seen(draft());
  await sync.settled();
  let open;
  rust.gate = new Promise((resolve) => (open = resolve));
  type("1");
  const first = sync.settled();
  for (const edited of ["2", "3", "4"]) type(edited);
  open();
  await first;
  await sync.settled();
  assert.equal(rust.sent.at(0), "1");
  assert.equal(rust.sent.at(-1), "4");
  assert.equal(rust.text, "4");
});

test("findings are never drawn over a text they are not about", async () => {
  const { rust, window, sync, draft, type } = world("bad");
  sync.seen(draft());
  await sync.settled();
  const stale = draft();
  type("one, two, bad");
  sync.seen(stale);
  await sync.settled();
  sync.seen(stale);
  sync.seen(draft());
  await sync.settled();
  for (const { about, list } of window.marks)
    for (const one of list) assert.equal(about.slice(one.from, one.to), "bad");
  assert.equal(window.marks.at(-1).list[0].from, rust.text.indexOf("bad"));
  assert.equal(window.text, "one, two, bad", "what was typed stays");
});

test("offsets of a file with CRLF are moved to the editor's text", async () => {
  const { window, sync, draft } = world("one\r\ntwo\r\nbad\r\n");
  sync.seen(draft());
  await sync.settled();
  assert.equal(window.text, "one\ntwo\nbad\n");
  const [{ from, to, fix }] = window.marks.at(-1).list;
  assert.equal(window.text.slice(from, to), "bad");
  assert.deepEqual(fix.edits, [{ from, to, insert: "good" }]);
});

test("another file takes the place of the first, and what was typed last in that is kept as its own", async () => {
  const { rust, window, sync, draft, type } = world("first");
  sync.seen(draft());
  await sync.settled();
  type("first, edited");
  Object.assign(rust, { id: 2, rev: 1, text: "second" });
  sync.seen(draft());
  await sync.settled();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(window.text, "second");
  assert.deepEqual(rust.sent, [], "nothing of the first file reaches the second");
  assert.deepEqual(rust.late, [[1, "first, edited"]]);
});

test("what cannot be sent is said, and is sent when it can be", async () => {
  const { rust, window, sync, draft, type } = world("a");
  sync.seen(draft());
  await sync.settled();
  rust.refuse = true;
  type("b");
  await assert.rejects(sync.settled(), { title: "no" });
  assert.equal(window.failed.title, "no");
  assert.equal(window.text, "b", "nothing typed is lost");
  rust.refuse = false;
  await sync.settled();
  assert.equal(rust.text, "b");
  assert.equal(window.failed, null);
});

test("an edit made in Rust shows in the editor", async () => {
  const { rust, window, sync, draft } = world("a");
  sync.seen(draft());
  await sync.settled();
  Object.assign(rust, { rev: 2, text: "a, relaxed" });
  sync.seen(draft());
  await sync.settled();
  assert.equal(window.text, "a, relaxed");
  assert.deepEqual(window.shown, [true, false], "as the same file");
});

test("edits of the text Rust has are moved to the editor's, which has no CRLF", async () => {
  const { sync, draft } = world("a\r\nbad\r\nb");
  sync.seen(draft());
  await sync.settled();
  assert.deepEqual(
    sync.placed([
      { from: 3, to: 6, insert: "good" },
      { from: 8, to: 9, insert: "" },
    ]),
    [
      { from: 2, to: 5, insert: "good" },
      { from: 6, to: 7, insert: "" },
    ],
  );
});
