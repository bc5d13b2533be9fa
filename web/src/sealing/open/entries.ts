/**
 * Judging the entries of a file, one after the other (section 4).
 *
 * Laws. The expected hash is computed from what lies there; where it does not fit, the walk goes on from the hash that the author
 * did sign, so that one change breaks one entry and not all that follow. Every entry is opened if it can be, however broken.
 */

import { chainStart } from "../case.ts";
import { type Directory, isRetired, keyIdsOf, type Role, type Signer } from "../directory.ts";
import { b64u, type Bytes, same } from "../encoding.ts";
import { nextHash, type Place, signedPart } from "../entry.ts";
import type { Reason } from "../errors.ts";
import type { Break, ReadEntry } from "../files.ts";
import type { Identity } from "../identity.ts";
import { content } from "../padding.ts";
import { fault, isFromReporter, paddingIsRight, type Plaintext, read as readPlaintext } from "../plaintext.ts";
import { sha256 } from "../suite.ts";
import { openBody } from "./steps.ts";

const FROM_INTAKE: ReadonlySet<unknown> = new Set(["opened", "answers", "answer", "narrative"]);

/** What an entry is judged against; what could not be had is null. */
export interface CaseContext {
  readonly caseId: Bytes | null;
  readonly publicKey: Bytes | null;
  readonly directory: Directory | null;
  readonly wrappedTo: ReadonlySet<string>;
}

/** An entry, what it says, and everything that is wrong with it. */
export interface JudgedEntry {
  readonly read: ReadEntry;
  readonly signer: Signer | null;
  readonly plaintext: Plaintext | null;
  readonly breaks: readonly Break[];
}

/** An entry as the report shows it; `erased` and `left` stand there only where they are so. */
export interface OpenedEntry {
  readonly seq: number | null;
  readonly entry_id: string | null;
  readonly author: string | null;
  readonly role: Role | null;
  readonly plaintext: Plaintext | null;
  readonly broken: readonly Reason[];
  readonly erased?: true;
  readonly left?: string;
}

/** Write an entry for the report. */
export function writeJudged({ read, signer, plaintext, breaks }: JudgedEntry): OpenedEntry {
  return {
    seq: read.seq,
    entry_id: read.entryId && b64u(read.entryId),
    author: read.author && b64u(read.author),
    role: signer && signer.role,
    plaintext,
    broken: [...new Set(breaks.map((found) => found.reason))],
    ...(read.isErased ? { erased: true as const } : {}),
    ...(signer?.retiredAt ? { left: signer.retiredAt } : {}),
  };
}

/** Give the padded plaintext of an entry, or null where there is nothing that opens. */
export async function padded(read: ReadEntry, caseId: Bytes | null, identity: Identity | null): Promise<Bytes | null> {
  const place = placeOf(read, caseId);
  if (identity === null || place === null || read.body === null) return null;
  try {
    return await openBody(identity, read.body, place);
  } catch {
    return null;
  }
}

function placeOf({ entryId, seq, author }: ReadEntry, caseId: Bytes | null): Place | null {
  return caseId === null || entryId === null || seq === null || author === null ? null : { caseId, entryId, seq, author };
}

/** Goes over a case's entries in the order of the file. */
export class Walk {
  readonly #context: CaseContext;
  readonly #entryIds = new Set<string>();
  readonly #named = new Set<string>();
  readonly #idsWithin = new Set<string>();
  #previous: Bytes | null = null;
  #expectedSeq = 0;
  #holds = true;

  constructor(context: CaseContext) {
    this.#context = context;
    if (context.caseId !== null && context.publicKey !== null) this.#previous = chainStart(context.caseId, context.publicKey);
  }

  /** The hash of the last entry, if the chain and every signature in it hold so far. */
  get lastHash(): Bytes | null {
    return this.#holds ? this.#previous : null;
  }

  /** Judge the next entry; `opened` is its padded plaintext, if it did open. */
  judge(read: ReadEntry, opened: Bytes | null): JudgedEntry {
    const breaks = [...read.breaks, ...this.#order(read)];
    const signer = this.#signer(read);
    if (signer === null) breaks.push(broken(read, "entry-author", "its author is not in the directory"));
    breaks.push(...this.#chain(read, signer));
    if (breaks.length > 0) this.#holds = false;
    const [plaintext, found] = read.isErased ? ([null, null] as const) : said(read, opened);
    if (found !== null) breaks.push(found);
    if (plaintext !== null) breaks.push(...this.#words(read, plaintext, signer));
    if (plaintext !== null && breaks.length === 0) this.#follow(plaintext);
    return { read, signer, plaintext, breaks };
  }

  #signer(read: ReadEntry): Signer | null {
    return (read.author && this.#context.directory?.signer(read.author)) ?? null;
  }

  *#order(read: ReadEntry): Iterable<Break> {
    if (read.seq !== null && read.seq !== this.#expectedSeq) {
      yield broken(read, "entry-seq", `number ${this.#expectedSeq} was expected here`);
    }
    this.#expectedSeq = Math.max(this.#expectedSeq, read.seq ?? -1) + 1;
    if (read.entryId === null) return;
    const id = b64u(read.entryId);
    if (this.#entryIds.has(id)) yield broken(read, "entry-twice", "its id stands twice");
    this.#entryIds.add(id);
  }

  *#chain(read: ReadEntry, signer: Signer | null): Iterable<Break> {
    const expected = this.#expectedHash(read);
    const isSigned = signer !== null && isSignedBy(signer, expected, read.signature);
    if (read.hash !== null && (expected === null || !same(read.hash, expected))) {
      yield broken(read, "entry-hash", "it does not follow from the entry before it");
    }
    if (signer !== null && !isSigned) yield broken(read, "entry-signature", "its author did not sign it in this place");
    this.#previous = isSigned ? expected : read.hash;
  }

  #expectedHash(read: ReadEntry): Bytes | null {
    const bodySha256 = read.body === null ? read.bodySha256 : sha256(read.body);
    const place = placeOf(read, this.#context.caseId);
    return this.#previous === null || place === null || bodySha256 === null ? null : nextHash(this.#previous, place, bodySha256);
  }

  *#words(read: ReadEntry, plaintext: Plaintext, signer: Signer | null): Iterable<Break> {
    const wrong = fault(plaintext);
    if (wrong !== null) {
      yield broken(read, "entry-json", wrong);
      return;
    }
    if ((plaintext["kind"] === "opened") !== (read.seq === 0)) {
      yield broken(read, "entry-seq", "`opened` is entry 0, and no other entry is");
    }
    if (this.#isRepeated(plaintext)) yield broken(read, "entry-twice", "it repeats the id of a message or an attachment");
    const { directory, wrappedTo } = this.#context;
    if (signer === null || directory === null) return;
    if (isRetired(signer, plaintext["at"] as string)) yield broken(read, "entry-retired", "its author had left by then");
    if (!isEntitled(plaintext, signer, directory, new Set([...wrappedTo, ...this.#named]))) {
      yield broken(read, "entry-entitled", "its author may not write this into this case");
    }
  }

  /** Keep which keys could read by then: a team that was shut out has no wrap any more, and what it wrote before stays right. */
  #follow(plaintext: Plaintext): void {
    const { kind, status, key_id: keyId, team_key_ids: keyIds, team_id: teamId } = plaintext;
    if (kind === "opened") for (const one of keyIds as readonly string[]) this.#named.add(one);
    if (kind === "access") this.#named.add(keyId as string);
    if (kind !== "status" || status !== "shut-out" || typeof teamId !== "string") return;
    const team = this.#context.directory?.team(teamId);
    if (team) for (const one of keyIdsOf(team)) this.#named.delete(b64u(one));
  }

  #isRepeated(plaintext: Plaintext): boolean {
    const name = { message: "message_id", attachment: "blob_id" }[plaintext["kind"] as string];
    if (name === undefined || plaintext[name] === undefined) return false;
    const id = `${name} ${String(plaintext[name])}`;
    const isRepeated = this.#idsWithin.has(id);
    this.#idsWithin.add(id);
    return isRepeated;
  }
}

function said(read: ReadEntry, opened: Bytes | null): readonly [Plaintext | null, Break | null] {
  if (opened === null) return [null, broken(read, "entry-open", "it does not open")];
  let raw: Bytes;
  try {
    raw = content(opened);
  } catch {
    return [null, broken(read, "entry-padding", "its padding is not zeros")];
  }
  let plaintext: Plaintext;
  try {
    plaintext = readPlaintext(raw);
  } catch {
    return [null, broken(read, "entry-json", "it is not a JSON object without doubled names")];
  }
  if (!paddingIsRight(opened, raw, plaintext)) return [null, broken(read, "entry-padding", "it is padded to another size")];
  return [plaintext, null];
}

function isSignedBy(signer: Signer, expected: Bytes | null, signature: Bytes | null): boolean {
  return expected !== null && signature !== null && signer.verifier.verify(signedPart(expected), signature);
}

function isEntitled(plaintext: Plaintext, signer: Signer, directory: Directory, readers: ReadonlySet<string>): boolean {
  const kind = plaintext["kind"];
  if (signer.role === "officer" && !directory.ownsAWrap(signer, readers)) return false;
  if (kind === "note" || (kind === "message" && !isFromReporter(plaintext))) return signer.role === "officer";
  if (FROM_INTAKE.has(kind) || kind === "message") return signer.role === "intake";
  return true;
}

function broken(read: ReadEntry, reason: Reason, detail: string): Break {
  return { where: read.where, reason, detail };
}
