/**
 * Whose directory this browser believes: the root key it met first, and the newest directory that this root signed (SEALING.md section 3).
 * Without it, whoever controls the server could show another root, or an old directory in which a removed officer is still a member.
 *
 * Laws. Public values only. The first root is believed; another one later is refused until a person has compared it and says so. An
 * older directory than one that was seen is refused.
 */

import { signal } from "@preact/signals";

import type { Shelf } from "./shelf.ts";
import { b64u, type Bytes, same, unb64u } from "../sealing/encoding.ts";
import type { Directory } from "../sealing/directory.ts";
import { fingerprint, Verifier } from "../sealing/identity.ts";
import { type Highest, type SignedDirectory, verifyDirectory } from "../sealing/signed_directory.ts";

const PREFIX = "amanet-root";
/** 32 bytes, a number, 32 bytes. */
const KEPT = /^([A-Za-z0-9_-]{43}) (\d{1,15}) ([A-Za-z0-9_-]{43})$/;

/** The server shows another root key than the one this browser knows. */
export class RootChanged extends Error {
  override readonly name = "RootChanged";
}

interface Believed {
  readonly root: Bytes;
  readonly highest: Highest;
}

/** The root key that was refused, while nobody has decided about it. */
export const refusedRoot = signal<{ readonly before: string; readonly now: string } | null>(null);

/** Verify what the server gave against what this browser believes, and remember it. */
export function believe(shelf: Shelf | null, signed: SignedDirectory, root: Bytes, lowestSerial: number): Directory {
  const before = recalled(shelf);
  if (before && !same(before.root, root)) {
    refusedRoot.value = { before: rootFingerprint(before.root), now: rootFingerprint(root) };
    throw new RootChanged();
  }
  const directory = verifyDirectory(signed, root, before?.highest ?? { serial: lowestSerial });
  try {
    shelf?.setItem(PREFIX, `${b64u(root)} ${directory.serial} ${b64u(directory.documentHash)}`);
  } catch {
    // A full or private browser: it believes the server anew at each visit.
  }
  return directory;
}

/** Forget the root known until now: a person has compared the new one. */
export function believeAnew(shelf: Shelf | null): void {
  shelf?.removeItem(PREFIX);
  refusedRoot.value = null;
}

/** The root's fingerprint, to be compared aloud. */
export function rootFingerprint(root: Bytes): string {
  return fingerprint(Verifier.fromBytes(root).signerId);
}

function recalled(shelf: Shelf | null): Believed | null {
  const [, root, serial, hash] = KEPT.exec(shelf?.getItem(PREFIX) ?? "") ?? [];
  if (!root || !serial || !hash) return null;
  return { root: unb64u(root, 32), highest: { serial: Number(serial), documentHash: unb64u(hash, 32) } };
}
