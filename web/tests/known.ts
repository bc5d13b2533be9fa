/** The known answers that the Python side wrote, and the keys in them by name. */

import { readFileSync } from "node:fs";

import { shake256 } from "@noble/hashes/sha3.js";

import type { Directory } from "../src/sealing/directory.ts";
import { type Bytes, type Rng, unb64u, utf8 } from "../src/sealing/encoding.ts";
import { Identity, SigningIdentity } from "../src/sealing/identity.ts";
import { type SignedDirectory, verifyDirectory } from "../src/sealing/signed_directory.ts";

/** Known answers are read as they come; a wrong name in them fails the test that uses it. */
export type Answer = any;

export const CASE_A = unb64u("XJCrpZ6_1uLIFX9gfv2Jww");

/** Read one file of known answers. */
export function load(name: string): Answer {
  return JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}.json`, import.meta.url), "utf-8"));
}

function named(file: string, name: string): Answer {
  return load(file).find((item: Answer) => item.name === name);
}

/** Give the identity of this name. */
export function identity(name: string): Promise<Identity> {
  return Identity.fromSeed(unb64u(named("identity", name).seed));
}

/** Give the signing identity of this name. */
export function signer(name: string): SigningIdentity {
  return SigningIdentity.fromSeed(unb64u(named("signer", name).seed));
}

/** Give the root that signed the known directory. */
export function rootPublicKey(): Bytes {
  return unb64u(load("directory").root_public_key);
}

/** Give the known directory as it travels. */
export function signedDirectory(): SignedDirectory {
  const answer = load("directory");
  return { document: unb64u(answer.document), signature: unb64u(answer.signature) };
}

/** Give the known directory. */
export function directory(): Directory {
  return verifyDirectory(signedDirectory(), rootPublicKey());
}

/** Give bytes whose byte i is (7 i + floor(i / 256)) mod 256. */
export function pattern(size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, index) => (7 * index + Math.floor(index / 256)) % 256);
}

/** Give randomness that is always the same: SHAKE256 of a name and a count. */
export function seeded(name: string): Rng {
  let calls = 0;
  return (size) => shake256(utf8(`${name} ${calls++}`), { dkLen: size }) as Bytes;
}

/** Give these bytes one after the other, as somebody drew them. */
export function drawn(...parts: readonly Bytes[]): Rng {
  const left = [...parts];
  return () => left.shift()!;
}
