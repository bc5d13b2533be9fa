/** Which mailboxes an answer is sealed to: what intake named in the case, whatever the server offers. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Judged, mailboxesOf } from "../src/desk/mailboxes.ts";
import { b64u, systemRng } from "../src/sealing/encoding.ts";
import { Identity } from "../src/sealing/identity.ts";

const [first, second, thief] = (await Promise.all([0, 1, 2].map(() => Identity.generate(systemRng)))) as [Identity, Identity, Identity];

/** A mailbox as the server offers it; `said` is what the server calls it. */
function offer(box: Identity, said = box) {
  return { key_id: b64u(said.keyId), public_key: b64u(box.recipient.publicKey) };
}

function given(box: Identity, more: Partial<Judged> = {}): Judged {
  return { role: "intake", broken: [], plaintext: { kind: "status", status: "receipt-given", mailbox: b64u(box.keyId) }, ...more };
}

function sealedTo(entries: readonly Judged[], ...offered: ReturnType<typeof offer>[]): readonly [readonly string[], number] {
  const { asked, strangers } = mailboxesOf(entries, offered);
  return [asked.map((one) => b64u(one.publicKey)), strangers];
}

const keyOf = (box: Identity) => b64u(box.recipient.publicKey);

test("the mailbox that intake named is sealed to", () => {
  assert.deepEqual(sealedTo([given(first)], offer(first)), [[keyOf(first)], 0]);
});

test("a mailbox that was swapped in the database gets nothing, whatever the server calls it", () => {
  assert.deepEqual(sealedTo([given(first)], offer(thief)), [[], 1]);
  assert.deepEqual(sealedTo([given(first)], offer(thief, first)), [[], 1]);
  assert.deepEqual(sealedTo([given(first)], offer(first), offer(thief)), [[keyOf(first)], 1]);
  assert.deepEqual(sealedTo([given(first)], { key_id: b64u(first.keyId), public_key: "no key" }), [[], 1]);
});

test("a new code replaces the one before", () => {
  assert.deepEqual(sealedTo([given(first), given(second)], offer(second)), [[keyOf(second)], 0]);
  assert.deepEqual(sealedTo([given(first), given(second)], offer(first)), [[], 1]);
});

test("only intake names a mailbox, and only in an entry that is not broken", () => {
  assert.deepEqual(sealedTo([], offer(first)), [[], 1]);
  for (const more of [{ role: "officer" }, { role: null }, { broken: ["entry-signature"] }, { plaintext: null }]) {
    assert.deepEqual(sealedTo([given(first), given(thief, more)], offer(first), offer(thief)), [[keyOf(first)], 1], JSON.stringify(more));
  }
});
