/** What the desk's shell decides without a page: secrets as they are typed, the words they are made of, and addresses. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { canonicalPassphrase, canonicalRecovery, groupedRecovery } from "../src/desk/secrets.ts";
import { cyrillic, isWord, latin, words } from "../src/desk/words/syllables.ts";
import { makePassphrase, makeRecoveryCode } from "../src/sealing/slots.ts";
import { systemRng } from "../src/sealing/encoding.ts";

test("there are 4096 words, each once, and each is known as one", () => {
  const all = words();
  assert.equal(all.length, 4096);
  assert.equal(new Set(all).size, 4096);
  assert.ok(all.every(isWord));
});

test("a passphrase is the same secret in either script", () => {
  const passphrase = makePassphrase(words(), systemRng);
  assert.equal(latin(cyrillic(passphrase)), passphrase);
  assert.equal(canonicalPassphrase(cyrillic(passphrase)), passphrase);
  assert.ok(cyrillic(passphrase).split(" ").every(isWord));
});

test("capitals, commas, lines and full-width letters do not matter in a passphrase", () => {
  assert.equal(canonicalPassphrase("  Kipa,GOSU\nmuvi - ｇｏｎａ\tbiva rari. "), "kipa gosu muvi gona biva rari");
});

test("a recovery code is read as it was meant", () => {
  const code = makeRecoveryCode(systemRng);
  assert.equal(canonicalRecovery(groupedRecovery(code).toLowerCase()), code);
  assert.equal(canonicalRecovery("0O1I 8b"), "OOIIBB");
});

test("other words are not words of a passphrase", () => {
  for (const word of ["", "kip", "kipab", "kapé", "xaxa", "akip"]) assert.equal(isWord(word), false);
});
