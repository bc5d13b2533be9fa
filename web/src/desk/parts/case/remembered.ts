/**
 * What this browser remembers of a case: how many entries it saw, and the hash of the last (SEALING.md section 4). Without it whoever
 * can write the database could take away the newest entries unseen.
 *
 * Laws. A case's id, a number and a hash, never a word. What is remembered only grows: a shorter list is shown as broken and does not
 * replace the longer one.
 */

import type { Shelf } from "../../shelf.ts";
import type { Remembered } from "./opened.ts";

const PREFIX = "amanet-seen-";
/** 16 and 32 bytes in base64url. */
const KEPT = /^(\d{1,9}) ([A-Za-z0-9_-]{43})$/;

/** What is known of a case; null if nothing is, or if what lies there cannot be read. */
export function recallCase(shelf: Shelf | null, caseId: string): Remembered | null {
  const [, entries, lastHash] = KEPT.exec(shelf?.getItem(PREFIX + caseId) ?? "") ?? [];
  return entries && lastHash ? { entries: Number(entries), lastHash } : null;
}

/** Keep what was seen. False where the browser does not keep it: a full or a private one. */
export function rememberCase(shelf: Shelf | null, caseId: string, seen: Remembered): boolean {
  const before = recallCase(shelf, caseId);
  if (seen.entries === 0 || (before && before.entries >= seen.entries)) return true;
  try {
    shelf?.setItem(PREFIX + caseId, `${seen.entries} ${seen.lastHash}`);
    return shelf !== null;
  } catch {
    return false;
  }
}

/** Forget a case that is erased. */
export function forgetCase(shelf: Shelf | null, caseId: string): void {
  shelf?.removeItem(PREFIX + caseId);
}
