/**
 * How what was typed becomes the secret that was meant: one spelling of a passphrase and of a recovery code.
 *
 * A passphrase is made of words that are written alike in Latin and Cyrillic, letter for letter (words/syllables.ts): it may be shown
 * and typed in either script, and is stretched in Latin, as the program's own command line makes it.
 */

import type { FirstFactor } from "./api/sign_in.ts";
import { latin } from "./words/syllables.ts";

/** The one spelling of what was typed. */
export function canonicalSecret(typed: string, factor: FirstFactor): string {
  return factor === "recovery" ? canonicalRecovery(typed) : canonicalPassphrase(typed);
}

/** Words in small Latin letters with one space between. */
export function canonicalPassphrase(typed: string): string {
  return latin(typed.normalize("NFKC").toLowerCase()).split(/[\s,.\-]+/u).filter(Boolean).join(" ");
}

/** Base32 without what people put between the groups; 0, 1 and 8 are not in that alphabet, so they can only be meant as O, I, B. */
export function canonicalRecovery(typed: string): string {
  const bare = typed.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/gu, "");
  return bare.replaceAll("0", "O").replaceAll("1", "I").replaceAll("8", "B");
}

/** A recovery code as it is printed: six groups of four. */
export function groupedRecovery(code: string): string {
  return code.replace(/.{4}(?=.)/gu, "$& ");
}
