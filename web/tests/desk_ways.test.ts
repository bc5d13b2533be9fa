/** What becomes of a message to the reporter, by what the reporter chose: it stands in the case, not at the server. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { registerOf } from "../src/desk/parts/case/answers.ts";
import type { Judged } from "../src/desk/mailboxes.ts";
import { goesToChat, reachesSomebody, waysOf } from "../src/desk/ways.ts";
import { b64u, systemRng } from "../src/sealing/encoding.ts";
import { Identity } from "../src/sealing/identity.ts";

const box = await Identity.generate(systemRng);
const offer = { key_id: b64u(box.keyId), public_key: b64u(box.recipient.publicKey) };
const given: Judged = { role: "intake", broken: [], plaintext: { kind: "status", status: "receipt-given", mailbox: b64u(box.keyId) } };

function said(step: string, value: unknown, more: object = {}): Judged {
  return { role: "intake", broken: [], plaintext: { kind: "answer", step, value, ...more } };
}

function told(...items: unknown[]): Judged {
  return { role: "intake", broken: [], plaintext: { kind: "answers", items } };
}

/** Where a message goes: the chat's part, the hours, whether a code is waited for. */
function found(entries: readonly Judged[], relay = true, mailboxes = [] as typeof offer[]): readonly [string, string | null, boolean] {
  const ways = waysOf(entries, { relay, mailboxes });
  assert.equal(goesToChat(ways), ways.chat === "notice" || ways.chat === "quiet");
  assert.equal(reachesSomebody(ways), goesToChat(ways) || ways.asked.length > 0);
  return [ways.chat, ways.hours, ways.asked.length > 0];
}

test("an answer in the chat comes with a notice, at the hours that were chosen", () => {
  assert.deepEqual(found([told({ step: "contact", value: "here" }), said("hours", "evening")]), ["notice", "evening", false]);
  assert.deepEqual(found([said("contact", "here", { hours: "morning" })]), ["notice", "morning", false]);
  for (const hours of ["any", "", "skipped", 7]) assert.deepEqual(found([said("contact", "here"), said("hours", hours)]), ["notice", null, false]);
});

test("who was not asked yet sees it in the open chat, without a notice", () => {
  assert.deepEqual(found([]), ["quiet", null, false]);
  assert.deepEqual(found([told({ step: "danger_now", value: "yes" }, null, 7)]), ["quiet", null, false]);
});

test("who wants no answer, or passed the question over, is not written to", () => {
  for (const value of ["none", "skipped", "something-new"]) assert.deepEqual(found([said("contact", value)]), ["unwished", null, false]);
});

test("with a secret code nothing comes to the chat, though the way to it is kept", () => {
  assert.deepEqual(found([told({ step: "contact", value: "receipt" }), given], true, [offer]), ["by_code", null, true]);
  assert.deepEqual(found([said("contact", "receipt"), given], true, []), ["by_code", null, false]);
});

test("the last word counts, and a code that was given goes on working", () => {
  assert.deepEqual(found([said("contact", "receipt"), given, said("contact", "here", { hours: "" }), said("hours", "afternoon")], true, [offer]), ["notice", "afternoon", true]);
  assert.deepEqual(found([said("contact", "here", { hours: "evening" }), said("contact", "none", { hours: "" })]), ["unwished", null, false]);
  assert.deepEqual(found([said("contact", "none"), said("contact", "receipt", { hours: "" }), given], false, [offer]), ["by_code", null, true]);
});

test("a way to the chat that is no longer kept is gone, whatever was chosen", () => {
  assert.deepEqual(found([said("contact", "here")], false), ["gone", null, false]);
  assert.deepEqual(found([], false), ["gone", null, false]);
});

test("only what intake wrote, whole, says how a reporter is answered", () => {
  const wish = said("contact", "here");
  for (const forged of [{ ...wish, role: "officer" }, { ...wish, broken: ["entry-changed"] }, { ...wish, plaintext: null }]) {
    assert.deepEqual(found([said("contact", "none"), forged]), ["unwished", null, false]);
  }
});

test("a reporter is addressed as a child unless they said that they are none", () => {
  assert.deepEqual(
    ([["me", "age_10_13"], ["me", "age_18_up"], ["child", "age_18_up"], ["adult", "age_0_5"], [undefined, undefined], ["skipped", "age_18_up"]] as const).map(([who, age]) => registerOf(who, age)),
    ["child", "adult", "child", "adult", "child", "child"],
  );
});
