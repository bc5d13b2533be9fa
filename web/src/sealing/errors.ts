/**
 * What can go wrong while sealing. No message carries a word, a key, a receipt or a name; ids at most.
 *
 * SealingError
 * ├── DoesNotOpen         what was given does not open, and nobody is told why
 * ├── KeyUnusable         a public key that nobody may seal to or believe
 * ├── DirectoryRefused    a directory that does not replace the one in force
 * ├── ChainBroken         a case that nobody may append to before a person has looked
 * ├── NotAccepted         a reply that came from outside and is not what it must be
 * ├── ReceiptMistyped     the digits are not a receipt; the person should look again
 * └── Misuse              the caller asked for something that must never be written
 */

export class SealingError extends Error {
  override readonly name: string = "SealingError";
}

export class DoesNotOpen extends SealingError {
  override readonly name = "DoesNotOpen";
  constructor() {
    super("does not open");
  }
}

export class KeyUnusable extends SealingError {
  override readonly name = "KeyUnusable";
  constructor() {
    super("the public key is malformed or of small order");
  }
}

/** `reason` is one of section 9's, `detail` a plain sentence. */
export class DirectoryRefused extends SealingError {
  override readonly name = "DirectoryRefused";
  readonly reason: Reason;
  readonly detail: string;
  constructor(reason: Reason, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/** `seq` is the entry where the chain breaks. */
export class ChainBroken extends SealingError {
  override readonly name = "ChainBroken";
  readonly reason: Reason;
  readonly seq: number;
  constructor(reason: Reason, seq: number) {
    super(`${reason} at entry ${seq}`);
    this.reason = reason;
    this.seq = seq;
  }
}

/** `why` is a plain sentence without anything that was sent. */
export class NotAccepted extends SealingError {
  override readonly name = "NotAccepted";
  readonly why: string;
  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

export class ReceiptMistyped extends SealingError {
  override readonly name = "ReceiptMistyped";
  constructor() {
    super("not the digits of a receipt");
  }
}

export class Misuse extends SealingError {
  override readonly name = "Misuse";
}

/** The reasons of section 9, and no others. */
export type Reason =
  | "file-format" | "file-suite"
  | "directory-signature" | "directory-form" | "directory-no-recovery" | "directory-key" | "directory-older"
  | "no-wrap" | "wrap-open" | "case-key" | "team-wrap"
  | "entry-seq" | "entry-twice" | "entry-hash" | "entry-author" | "entry-signature"
  | "entry-open" | "entry-padding" | "entry-json" | "entry-retired" | "entry-entitled"
  | "blob-missing" | "blob-open" | "blob-size" | "blob-sha256" | "blob-stray"
  | "case-rollback";
