/** What it means when something is broken, in plain words, for every reason of SEALING.md section 9. */

import type { Translate } from "../../chronology.ts";

/** Say what is broken. A reason that is not known is named: nothing broken goes unsaid. */
export function explain(reason: string, t: Translate): string {
  switch (reason) {
    case "file-format":
    case "file-suite":
      return t("The case came in a form that cannot be read.");
    case "directory-signature":
      return t("The list of keys is not signed by the root key. Somebody may have put in keys of their own.");
    case "directory-form":
    case "directory-key":
    case "directory-no-recovery":
      return t("The list of keys is not well formed.");
    case "directory-older":
      return t("The server showed an older list of keys than before.");
    case "no-wrap":
      return t("Your team has no key for this case.");
    case "wrap-open":
      return t("A key of this case does not open, or somebody can read it whom no entry names.");
    case "case-key":
      return t("The key belongs to another case.");
    case "team-wrap":
      return t("Your team's key does not open with your own.");
    case "entry-seq":
      return t("An entry is missing, moved or out of order.");
    case "entry-twice":
      return t("An entry stands here twice.");
    case "entry-hash":
      return t("This entry was changed, or it does not follow from the one before.");
    case "entry-author":
      return t("This entry was written by nobody who is known.");
    case "entry-signature":
      return t("The signature of this entry is false.");
    case "entry-open":
      return t("This entry does not open.");
    case "entry-padding":
    case "entry-json":
      return t("What this entry says is not well formed.");
    case "entry-retired":
      return t("The author had left before this entry was written.");
    case "entry-entitled":
      return t("The author may not write this into this case.");
    case "blob-missing":
      return t("A file that belongs here is missing.");
    case "blob-open":
    case "blob-size":
    case "blob-sha256":
      return t("A file was changed.");
    case "blob-stray":
      return t("There is a file that no entry speaks of.");
    case "case-rollback":
      return t("Entries that this browser has seen before are missing or changed.");
    case "disagrees":
      return t("The server's list says something else than the entries of this case.");
    default:
      return t("Something is broken: {reason}", { reason });
  }
}
