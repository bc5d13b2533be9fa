/** Known answers of keys: identities, signers, the directory, and its canonical form. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { XWing } from "@hpke/hybridkem-x-wing";

import { wrapInfo } from "../src/sealing/case.ts";
import { b64u, same, unb64u } from "../src/sealing/encoding.ts";
import { KeyUnusable } from "../src/sealing/errors.ts";
import { fingerprint, Identity, Recipient, SigningIdentity, Verifier } from "../src/sealing/identity.ts";
import { canonical, read } from "../src/sealing/json_text.ts";
import { readDocument, signDirectory, verifyDirectory, writeDocument } from "../src/sealing/signed_directory.ts";
import { hpkeOpen, sha256 } from "../src/sealing/suite.ts";
import { DecapsulationKey } from "../src/sealing/xwing.ts";
import * as known from "./known.ts";

for (const answer of known.load("identity")) {
  test(`the seed of ${answer.name} gives the known identity`, async () => {
    const { recipient } = await Identity.fromSeed(unb64u(answer.seed));

    assert.equal(b64u(recipient.publicKey), answer.public_key);
    assert.equal(b64u(recipient.keyId), answer.key_id);
    assert.equal(fingerprint(recipient.keyId), answer.fingerprint);
    assert.deepEqual(Recipient.fromBytes(unb64u(answer.public_key)), recipient);
  });
}

for (const answer of known.load("signer")) {
  test(`the seed of ${answer.name} gives the known signer`, () => {
    const signer = SigningIdentity.fromSeed(unb64u(answer.seed));

    assert.equal(b64u(signer.verifier.publicKey), answer.public_key);
    assert.equal(b64u(signer.signerId), answer.signer_id);
    assert.equal(fingerprint(signer.signerId), answer.fingerprint);
  });
}

test("the known directory verifies and says who there is", async () => {
  const directory = known.directory();

  assert.equal(directory.serial, 7);
  assert.deepEqual(directory.teams.map((team) => team.teamId), ["north", "south"]);
  assert.deepEqual(directory.recovery, (await known.identity("recovery")).recipient);
  assert.deepEqual(directory.signers.map((signer) => signer.retiredAt), [null, null, null, "2026-11-20T00:00:00Z"]);
  assert.equal(b64u(directory.documentHash), known.load("directory").canonical_sha256);
});

test("the known directory is written and signed to the same bytes", () => {
  assert.deepEqual(signDirectory(known.directory(), known.signer("root")), known.signedDirectory());
  assert.deepEqual(writeDocument(known.directory()), known.signedDirectory().document);
});

for (const answer of known.load("directory").canonical_cases) {
  test(`a value has the known canonical form: ${answer.canonical_utf8.slice(0, 24)}`, () => {
    assert.equal(b64u(canonical(answer.value)), answer.canonical_utf8);
    assert.deepEqual(read(unb64u(answer.canonical_utf8)), answer.value);
  });
}

test("the known document is its own canonical form", () => {
  const { document } = known.signedDirectory();

  assert.deepEqual(canonical(read(document)), document);
  assert.equal(b64u(sha256(document)), known.load("directory").canonical_sha256);
});

test("an older directory, or another with the highest serial, is refused", () => {
  const [signed, root] = [known.signedDirectory(), known.rootPublicKey()];
  const { serial, documentHash } = known.directory();

  assert.equal(verifyDirectory(signed, root, { serial, documentHash }).serial, serial);
  for (const highest of [{ serial: serial + 1 }, { serial, documentHash: new Uint8Array(32) }]) {
    assert.throws(() => verifyDirectory(signed, root, highest), { name: "DirectoryRefused", reason: "directory-older" });
  }
});

test("another root's directory is refused", () => {
  const other = known.signer("other-root").verifier.publicKey;

  assert.throws(() => verifyDirectory(known.signedDirectory(), other), { reason: "directory-signature" });
  assert.equal(readDocument(known.signedDirectory().document).serial, 7);
});

test("a key that nobody may seal to or believe is refused", () => {
  const good = unb64u(known.load("identity")[0].public_key);
  const coefficient = good.slice();
  coefficient.set([0xff, 0xff, 0xff], 1149);
  const zeros = good.slice();
  zeros.fill(0, 1184);
  for (const key of [coefficient, zeros, good.slice(1), new Uint8Array(0)]) {
    assert.throws(() => Recipient.fromBytes(key), KeyUnusable);
  }
  const [one, aboveP] = [new Uint8Array(32), new Uint8Array(32).fill(0xff)];
  one[0] = 1;
  for (const key of [one, new Uint8Array(32), aboveP, new Uint8Array(31)]) {
    assert.throws(() => Verifier.fromBytes(key), KeyUnusable);
  }
});

test("the hundredth signature is judged like the first, with and without a table", () => {
  const signer = known.signer("officer");
  const verifier = Verifier.fromBytes(signer.verifier.publicKey);
  for (let number = 0; number < 100; number++) {
    const message = known.pattern(number);
    const signature = signer.sign(message);
    assert.ok(verifier.verify(message, signature));
    const wrong = signature.slice();
    wrong[number % 64]! ^= 1 << (number % 8);
    assert.ok(!verifier.verify(message, wrong));
    assert.ok(!verifier.verify(known.pattern(number + 1), signature));
    assert.ok(!known.signer("stranger").verifier.verify(message, signature));
  }
});

test("an S that is not below the order is refused", () => {
  const signer = known.signer("officer");
  const signature = signer.sign(known.pattern(9));
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = signature.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + order;
  for (let at = 32; at < 64; at++, s >>= 8n) signature[at] = Number(s & 255n);

  assert.ok(!signer.verifier.verify(known.pattern(9), signature));
});

test("the libraries alone open what the platform's own keys open", async () => {
  const answers = known.load("wraps");
  for (const answer of answers) {
    const seed = unb64u(known.load("identity").find((item: known.Answer) => item.name === answer.recipient).seed);
    const [alone, own] = [await DecapsulationKey.expand(seed, null), await DecapsulationKey.expand(seed)];
    assert.deepEqual(alone.publicKey, own.publicKey);
    const enc = unb64u(answer.sealed).subarray(0, 1120);
    const reference = new XWing();
    const recipientKey = await reference.deserializePrivateKey(seed);
    const expected = await reference.decap({ recipientKey, enc });
    for (const key of [alone, own]) {
      assert.deepEqual(await key.kem.decap({ recipientKey: key.handle, enc }), expected);
      const info = wrapInfo(unb64u(answer.case_id), unb64u(answer.key_id));
      assert.equal(b64u(await hpkeOpen(key, info, unb64u(answer.sealed))), answer.case_seed);
      await assert.rejects(hpkeOpen(key, info, unb64u(answer.sealed).fill(0, 5, 6)), { name: "DoesNotOpen" });
    }
  }
});

test("what was forgotten opens and signs nothing", async () => {
  const [identity, signing] = [await known.identity("team-north"), known.signer("officer")];
  const answer = known.load("wraps").find((wrap: known.Answer) => wrap.recipient === "team-north");
  identity.forget();
  signing.forget();

  assert.ok(same(identity.seed, new Uint8Array(32)));
  await assert.rejects(identity.open(new Uint8Array(0), unb64u(answer.sealed)), { name: "DoesNotOpen" });
  assert.throws(() => signing.sign(new Uint8Array(0)), { name: "Misuse" });
});
