/** Whose directory a browser believes from one visit to the next. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Shelf } from "../src/desk/shelf.ts";
import { believe, believeAnew, refusedRoot, rootFingerprint, RootChanged } from "../src/desk/trust.ts";
import { DirectoryRefused } from "../src/sealing/errors.ts";
import { SigningIdentity } from "../src/sealing/identity.ts";
import { type SignedDirectory, signDirectory } from "../src/sealing/signed_directory.ts";
import { directory, seeded } from "./known.ts";

const ROOT = SigningIdentity.generate(seeded("root"));
const OTHER = SigningIdentity.generate(seeded("another root"));

class Kept implements Shelf {
  readonly #values = new Map<string, string>();
  getItem = (name: string) => this.#values.get(name) ?? null;
  setItem = (name: string, value: string) => void this.#values.set(name, value);
  removeItem = (name: string) => void this.#values.delete(name);
}

function signedBy(root: SigningIdentity, serial: number, issuedAt = directory().issuedAt): SignedDirectory {
  const { expiresAt, teams, recovery, relay, receiptSalt, members, signers } = directory();
  return signDirectory({ serial, issuedAt, expiresAt, teams, recovery, relay, receiptSalt, members, signers }, root);
}

const keyOf = (root: SigningIdentity) => root.verifier.publicKey;

test("the first root is believed, and the directories that it signs later", () => {
  const shelf = new Kept();
  assert.equal(believe(shelf, signedBy(ROOT, 7), keyOf(ROOT), 0).serial, 7);
  assert.equal(believe(shelf, signedBy(ROOT, 8), keyOf(ROOT), 0).serial, 8);
});

test("another root is refused, with both fingerprints, until a person has compared it", () => {
  const shelf = new Kept();
  believe(shelf, signedBy(ROOT, 7), keyOf(ROOT), 0);
  assert.throws(() => believe(shelf, signedBy(OTHER, 9), keyOf(OTHER), 0), RootChanged);
  assert.deepEqual(refusedRoot.value, { before: rootFingerprint(keyOf(ROOT)), now: rootFingerprint(keyOf(OTHER)) });
  believeAnew(shelf);
  assert.equal(refusedRoot.value, null);
  assert.equal(believe(shelf, signedBy(OTHER, 1), keyOf(OTHER), 0).serial, 1);
});

test("a directory that is older than one seen at an earlier visit is refused, whatever the server says", () => {
  const shelf = new Kept();
  believe(shelf, signedBy(ROOT, 7), keyOf(ROOT), 0);
  assert.throws(() => believe(shelf, signedBy(ROOT, 6), keyOf(ROOT), 0), DirectoryRefused);
  assert.throws(() => believe(shelf, signedBy(ROOT, 7, "2026-01-01T00:00:00Z"), keyOf(ROOT), 0), DirectoryRefused);
});

test("a browser that keeps nothing believes what the root signed, not below the server's serial", () => {
  assert.equal(believe(null, signedBy(ROOT, 7), keyOf(ROOT), 7).serial, 7);
  assert.throws(() => believe(null, signedBy(ROOT, 6), keyOf(ROOT), 7), DirectoryRefused);
});
