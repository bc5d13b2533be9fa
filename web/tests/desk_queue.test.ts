/** The queue's order, filters, events and clock. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Row } from "../src/desk/api/shapes.ts";
import { EVERYTHING, belongs, changed, clock, moved, nextUnhandled, ordered } from "../src/desk/parts/queue/rows.ts";

const ROW: Row = {
  case_id: "a", designation: "calm-river-07", area: null, urgency: "P2", state: "new", language: "sq", channel: "telegram", opened_hour: 0,
  waiting_since: 100, target_at: 1000, target_kept: null, ringing: false, entries: 1, unread: 0, taken_by: null, acknowledged_by: null,
  snoozed_until: null, team_ids: ["north"], erased: false,
};
const row = (case_id: string, more: Partial<Row> = {}): Row => ({ ...ROW, case_id, ...more });
const t = (text: string, values: Readonly<Record<string, string | number>> = {}) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const span = (seconds: number) => `${Math.floor(seconds / 3600)} h`;

test("the most urgent stands first, then whoever waits longest", () => {
  const rows = [row("late"), row("early", { waiting_since: 50 }), row("p0", { urgency: "P0", waiting_since: 900 }), row("taken", { waiting_since: null })];
  assert.deepEqual(ordered(rows).map((one) => one.case_id), ["p0", "early", "late", "taken"]);
});

test("filters are those of the server", () => {
  assert.ok(belongs(row("a"), { ...EVERYTHING, state: "waiting" }, "me"));
  assert.ok(!belongs(row("a", { snoozed_until: -1 }), EVERYTHING, "me"));
  assert.ok(belongs(row("a", { snoozed_until: -1, ringing: true }), EVERYTHING, "me"));
  assert.ok(!belongs(row("a", { snoozed_until: -1, ringing: true }), { ...EVERYTHING, state: "snoozed" }, "me"));
  assert.ok(belongs(row("a", { snoozed_until: 500 }), { ...EVERYTHING, state: "snoozed" }, "me"));
  assert.ok(belongs(row("a", { state: "taken", taken_by: "me" }), { ...EVERYTHING, state: "mine" }, "me"));
  assert.ok(!belongs(row("a", { state: "taken", taken_by: "you" }), { ...EVERYTHING, state: "mine" }, "me"));
  assert.ok(!belongs(row("a", { state: "closed" }), EVERYTHING, "me"));
  assert.ok(!belongs(row("a"), { ...EVERYTHING, team: "south" }, "me"));
  assert.ok(!belongs(row("a"), { ...EVERYTHING, urgency: "P0" }, "me"));
});

test("an event puts in, changes and takes away", () => {
  const before = [row("a"), row("b", { waiting_since: 200 })];
  const after = changed(before, { cases: [row("b", { urgency: "P0" }), row("c", { waiting_since: 1 }), row("a", { state: "closed" })], gone: [] }, EVERYTHING, "me");
  assert.deepEqual(after.map((one) => one.case_id), ["b", "c"]);
  assert.deepEqual(changed(after, { cases: [], gone: ["b"] }, EVERYTHING, "me").map((one) => one.case_id), ["c"]);
});

test("the clock says in words how long there is, and how late it is", () => {
  assert.deepEqual(clock(ROW, 0, t, span), { text: "Left: 16:40", tone: "calm" });
  assert.deepEqual(clock(ROW, 995, t, span), { text: "Left: 0:05", tone: "soon" });
  assert.deepEqual(clock(ROW, 1065, t, span), { text: "Late by 1:05", tone: "late" });
  assert.deepEqual(clock(row("a", { target_at: 9000 }), 0, t, span), { text: "Left: 2 h", tone: "calm" });
  assert.deepEqual(clock(row("a", { target_at: null, target_kept: "act" }), 0, t, span), { text: "In time", tone: "kept" });
  assert.equal(clock(row("a", { target_at: null }), 0, t, span), null);
});

test("keys move within the list, and n goes round to the next that nobody has", () => {
  const rows = [row("a"), row("b", { state: "taken" }), row("c")];
  assert.deepEqual([moved(rows, null, 1), moved(rows, "c", 1), moved(rows, "a", -1), moved([], null, 1)], [0, 2, 0, -1]);
  assert.deepEqual([nextUnhandled(rows, 0), nextUnhandled(rows, 2), nextUnhandled([row("b", { state: "taken" })], 0)], [2, 0, -1]);
});
