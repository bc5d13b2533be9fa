/** Which alarm an open desk shows, and that trying it touches none. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import type { Urgency } from "../src/desk/api/shapes.ts";
import { forgetAlarms, hush, isHushed, isTrying, mostUrgent, ring as rings, ringing, seen, tried, tryAlarm } from "../src/desk/alarm.ts";

// A browser without sound and without notifications: an old telephone.
const page = globalThis as Record<string, unknown>;
page["window"] ??= {};
page["document"] ??= { hidden: false };
after(forgetAlarms);

const ring = (caseId: string, urgency: Urgency | null) => rings(caseId, { urgency, isOld: false });

test("a second alarm never hides a more urgent one", async () => {
  await ring("danger", "P0");
  await ring("later", "P2");
  await ring("unknown", null);
  assert.equal(mostUrgent(ringing.value), "danger");
  seen("danger");
  assert.equal(mostUrgent(ringing.value), "later");
  await ring("unknown", "P0");
  assert.equal(mostUrgent(ringing.value), "unknown");
  seen("unknown");
  seen("nobody's");
  assert.deepEqual([...ringing.value.keys()], ["later"]);
});

test("among equals the one that rang first is opened first", () => {
  const alarm = { urgency: "P1", isOld: false } as const;
  assert.equal(mostUrgent(new Map([["first", alarm], ["second", alarm]])), "first");
  assert.equal(mostUrgent(new Map()), null);
});

test("trying the alarm touches no case and claims no sound that was not", async () => {
  await ring("danger", "P0");
  const before = ringing.value;
  assert.deepEqual(await tryAlarm(), { sounded: false, notified: "impossible" });
  assert.ok(isTrying.value);
  tried();
  assert.ok(!isTrying.value);
  assert.equal(ringing.value, before);
});

test("a browser that throws at a notification is told of as one that shows none", async () => {
  class Throws {
    static permission = "granted";
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  }
  page["Notification"] = Throws;
  (page["window"] as Record<string, unknown>)["Notification"] = Throws;
  assert.equal((await tryAlarm()).notified, "impossible");
});

test("what was silenced on the lock screen is not forgotten and the next alarm is heard", async () => {
  await ring("danger", "P0");
  hush();
  assert.ok(isHushed.value && ringing.value.has("danger"));
  await ring("other", "P1");
  assert.ok(!isHushed.value);
  forgetAlarms();
  assert.equal(ringing.value.size, 0);
});
