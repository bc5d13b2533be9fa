/** Known answers of what is derived from secrets: slots, logins, receipts, replies, columns at rest. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { b64u, joined, label, unb64u, utf8 } from "../src/sealing/encoding.ts";
import { Misuse, ReceiptMistyped } from "../src/sealing/errors.ts";
import * as receipts from "../src/sealing/receipts.ts";
import { mustBeGenuine, openReply, type SealedReply } from "../src/sealing/replies.ts";
import * as slots from "../src/sealing/slots.ts";
import { gcmOpen, gcmSeal, hkdfExpand, hkdfExtract, hmacSha256, sha256 } from "../src/sealing/suite.ts";
import * as known from "./known.ts";

const SLOTS = known.load("slots");
const OFFICER_ID = unb64u(SLOTS.officer_id);
const RECEIPTS = known.load("receipts");
const SALT = unb64u(RECEIPTS.public_salt);

function joinedSeeds({ identity, signing }: slots.OfficerSeeds): string {
  return b64u(joined(identity, signing));
}

for (const answer of SLOTS.passphrase) {
  test(`a passphrase slot opens with every spelling of its passphrase: ${answer.name}`, async () => {
    const slot = slots.readPassphraseSlot(answer.slot);

    for (const spelling of [answer.passphrase, ...answer.opens_with]) {
      const stretched = await slots.stretch(spelling, slot);
      assert.equal(b64u(stretched.key), answer.key);
      assert.equal(joinedSeeds(await slots.openPassphraseSlot(slot, OFFICER_ID, stretched)), SLOTS.seeds);
    }
    for (const other of answer.does_not_open_with) {
      const stretched = await slots.stretch(other, slot);
      await assert.rejects(slots.openPassphraseSlot(slot, OFFICER_ID, stretched), { name: "DoesNotOpen" });
    }
  });
}

test("a slot is sealed to the known bytes", async () => {
  const answer = SLOTS.passphrase[2];
  const slot = slots.readPassphraseSlot(answer.slot);
  const seeds = await slots.openPassphraseSlot(slot, OFFICER_ID, { key: unb64u(answer.key) });
  const holder = { officerId: OFFICER_ID, seeds };
  const made = await slots.sealPassphraseSlot(holder, { passphrase: answer.passphrase }, known.drawn(slot.salt, slot.nonce));

  assert.deepEqual(slots.writePassphraseSlot(made.slot), answer.slot);
  assert.equal(b64u(made.stretched.key), answer.key);
});

test("costs out of bounds, other lanes and other functions are refused", async () => {
  const good = SLOTS.passphrase[0].slot;
  const changes = [
    { m_kib: 65535 }, { m_kib: 1048577 }, { m_kib: 65536.5 }, { m_kib: "65536" }, { t: 2 }, { t: 17 }, { p: 2 }, { p: true },
    { kdf: "argon2i" }, { slot: "prf" }, { slot: null }, { salt: "" }, { nonce: null }, { ct: good.ct.slice(2) },
  ];
  for (const change of changes) assert.throws(() => slots.readPassphraseSlot({ ...good, ...change }), { name: "DoesNotOpen" });
  for (const costs of [{ mKib: 1024, t: 3 }, { mKib: 65536, t: 1 }]) {
    await assert.rejects(slots.stretch("x", { salt: new Uint8Array(16), ...costs }), { name: "DoesNotOpen" });
  }
});

test("the known PRF output opens its slot", async () => {
  const answer = SLOTS.prf;
  const slot = slots.readPrfSlot({
    slot: "prf", credential_id: "Y3JlZGVudGlhbA", prf_salt: b64u(new Uint8Array(32)), nonce: answer.nonce, ct: answer.ct,
  });
  const seeds = await slots.openPrfSlot(slot, OFFICER_ID, unb64u(answer.prf_output));

  assert.equal(joinedSeeds(seeds), SLOTS.seeds);
  const given = { credentialId: slot.credentialId, prfSalt: slot.prfSalt, prfOutput: unb64u(answer.prf_output) };
  assert.deepEqual(await slots.sealPrfSlot({ officerId: OFFICER_ID, seeds }, given, known.drawn(slot.nonce)), slot);
  assert.deepEqual(slots.readPrfSlot(slots.writePrfSlot(slot)), slot);
});

test("login proofs and the salts of unknown names are as known", () => {
  const answers = known.load("login");

  for (const answer of answers.proofs) {
    const proof = slots.loginProof({ key: unb64u(answer.key) });
    assert.deepEqual([b64u(proof), b64u(sha256(proof))], [answer.login_proof, answer.stored]);
  }
  for (const answer of answers.unknown) {
    const salt = hmacSha256(unb64u(answers.desk_key), joined(label("amanet/v1/login-salt"), utf8(answer.name))).slice(0, 16);
    assert.equal(b64u(salt), answer.salt);
  }
});

test("a passphrase has six words of enough, and a recovery code 24 characters", () => {
  const words = Array.from({ length: 2048 }, (_, index) => `word${index}`);

  assert.equal(slots.makePassphrase(words, known.seeded("words")).split(" ").length, 6);
  assert.throws(() => slots.makePassphrase(words.slice(1), known.seeded("words")), Misuse);
  assert.throws(() => slots.makePassphrase([...words, "word0"], known.seeded("words")), Misuse);
  assert.match(slots.makeRecoveryCode(known.seeded("code")), /^[A-Z2-7]{24}$/);
});

for (const answer of RECEIPTS.receipts) {
  test(`the receipt ${answer.shown} gives the known secrets`, async () => {
    const secrets = await receipts.ReceiptSecrets.derive(answer.digits, SALT);
    const mailbox = await secrets.mailbox();
    const stored = hmacSha256(unb64u(RECEIPTS.pepper), joined(label("amanet/v1/receipt-stored"), secrets.lookup)).slice(0, 16);

    assert.equal(b64u(secrets.lookup), answer.lookup);
    assert.equal(b64u(stored), answer.stored_lookup);
    assert.equal(b64u(mailbox.seed), answer.mailbox_seed);
    assert.equal(b64u(mailbox.keyId), answer.mailbox_key_id);
    assert.equal(b64u(mailbox.recipient.publicKey), answer.mailbox_public_key);
    assert.equal(receipts.shown(answer.digits), answer.shown);
    assert.equal(receipts.typed(answer.shown), answer.digits);
  });
}

test("check digits are as known", () => {
  for (const answer of RECEIPTS.iso7064) assert.equal(receipts.checkDigit(answer.digits), answer.check);
});

test("mistyped receipts are refused", () => {
  const { digits } = RECEIPTS.receipts[1];
  const wrong = digits.slice(0, -1) + String((Number(digits.at(-1)) + 1) % 10);
  for (const text of ["", "x", wrong, digits.slice(1), `${digits}0`, `${digits}x`]) {
    assert.throws(() => receipts.typed(text), ReceiptMistyped);
  }
  assert.equal(receipts.typed(` ${digits.slice(0, 4)}–${digits.slice(4, 8)}.${digits.slice(8)}\u00a0`), digits);
  assert.equal(receipts.typed(receipts.makeReceipt(known.seeded("receipt"))).length, 20);
});

test("the known record opens and is sealed to the same bytes", async () => {
  const answer = known.load("receipt-record");
  const secrets = await receipts.ReceiptSecrets.derive(answer.digits, SALT);
  const recorded = { caseId: known.CASE_A, casePublicKey: (await known.identity(answer.case)).recipient.publicKey };

  assert.deepEqual(await secrets.openRecord(unb64u(answer.record)), recorded);
  assert.equal(b64u(await secrets.sealRecord(recorded, known.drawn(unb64u(answer.nonce)))), answer.record);
  assert.equal(b64u(secrets.withdrawToken), answer.withdraw_token);
  assert.equal(b64u(receipts.storedWithdrawToken(secrets.withdrawToken)), answer.stored_withdraw_token);
});

test("the known reply is genuine and opens for its mailbox, and nobody else's passes for it", async () => {
  const answer = RECEIPTS.reply;
  const mailbox = await (await receipts.ReceiptSecrets.derive(answer.digits, SALT)).mailbox();
  const reply: SealedReply = {
    caseId: unb64u(answer.case_id),
    messageId: unb64u(answer.message_id),
    recipientKeyId: mailbox.keyId,
    author: unb64u(answer.author),
    sealed: unb64u(answer.sealed),
    signature: unb64u(answer.signature),
  };
  const wrappedTo = new Set([b64u((await known.identity("team-north")).keyId)]);
  const now = 1_795_000_000;

  mustBeGenuine(reply, known.directory(), wrappedTo, now);
  assert.deepEqual(await openReply(mailbox, reply), JSON.parse(new TextDecoder().decode(unb64u(answer.plaintext))));
  const wrong: readonly [SealedReply, ReadonlySet<string>][] = [
    [{ ...reply, author: known.signer("intake").signerId }, wrappedTo],
    [{ ...reply, author: known.signer("stranger").signerId }, wrappedTo],
    [{ ...reply, author: known.signer("former").signerId }, wrappedTo],
    [{ ...reply, sealed: reply.sealed.slice(1) }, wrappedTo],
    [{ ...reply, messageId: new Uint8Array(16) }, wrappedTo],
    [reply, new Set()],
  ];
  for (const [other, wraps] of wrong) {
    assert.throws(() => mustBeGenuine(other, known.directory(), wraps, now), { name: "NotAccepted" });
  }
});

test("the algorithms seal columns at rest to the known bytes", async () => {
  const answers = known.load("at-rest");
  const prk = hkdfExtract(unb64u(answers.intake_key));
  for (const answer of answers.rows) {
    const context = joined(label("amanet/v1/at-rest"), label(answer.column), unb64u(answer.row_id));
    const [key, nonce, content] = [hkdfExpand(prk, context), unb64u(answer.nonce), known.pattern(answer.plaintext_length)];
    assert.equal(b64u(joined(nonce, await gcmSeal(key, nonce, content, context))), answer.sealed);
    assert.deepEqual(await gcmOpen(key, nonce, unb64u(answer.sealed).slice(12), context), content);
  }
});
