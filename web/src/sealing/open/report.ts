/**
 * The report on a case, `amanet-opened/1` (section 9), and what an officer needs to go on writing into it.
 *
 * Laws. The order of `broken` is the order in which a person should look: the file, the directory, the keys, the entries, the
 * attachments, and at last what is missing from the end. A head is given only where chain, signatures and the case's key hold: to
 * a case whose chain is broken nobody appends before a person has looked.
 */

import { WRAP_BYTES } from "../case.ts";
import type { Directory } from "../directory.ts";
import { b64u, type Bytes, same, unb64u } from "../encoding.ts";
import type { CaseHead } from "../entry.ts";
import { DirectoryRefused } from "../errors.ts";
import { type Break, type ReadCase, readCase } from "../files.ts";
import type { Identity } from "../identity.ts";
import type { Json } from "../json_text.ts";
import { fault, type Plaintext } from "../plaintext.ts";
import { verifyDirectory } from "../signed_directory.ts";
import { sha256, SUITE } from "../suite.ts";
import { type JudgedEntry, type OpenedEntry, padded, Walk, writeJudged } from "./entries.ts";
import { cut, openStream, openTeamWrap, unwrap } from "./steps.ts";

const FORMAT = "amanet-opened/1";

/** How many entries of this case were seen before, and the hash of the last of them. */
export interface Remembered {
  readonly entries: number;
  readonly lastHash: Bytes;
}

/** Who reads, and what they believe. */
export interface Reader {
  readonly identity: Identity;
  /** The reader's teams, opened already; tried before the identity. */
  readonly teams?: readonly Identity[];
  /** The JSON value of a team wrap, for a reader who has not opened it. */
  readonly teamWrap?: unknown;
  /** A verified directory, or the root by whose key the file's own is verified. */
  readonly trust: Directory | Root;
  readonly remembered?: Remembered | undefined;
  /** The file does not bring the attachments: they are fetched and opened one by one, by `openBlob`. */
  readonly blobsLater?: boolean;
}

export interface Root {
  readonly rootPublicKey: Bytes;
  readonly lowestSerial?: number;
}

/** What section 9 prints. */
export interface Report {
  readonly format: typeof FORMAT;
  readonly ok: boolean;
  readonly case_id: string | null;
  readonly opened_with: string;
  readonly directory: { readonly serial: number | null; readonly issued_at: string | null };
  readonly entries: readonly OpenedEntry[];
  readonly blobs: readonly OpenedBlob[];
  readonly broken: readonly Break[];
}

export interface OpenedBlob {
  readonly blob_id: Json;
  readonly size: number;
  readonly sha256: string;
}

/** The report, and what lets the reader write on; none of it but the report is ever shown. */
export interface OpenedCase {
  readonly report: Report;
  /** The case's identity, to make one more wrap of; null if no wrap opened. */
  readonly identity: Identity | null;
  /** Where the next entry goes; null if the chain must not be appended to. */
  readonly head: CaseHead | null;
  /** The key ids that the case is wrapped to, in base64url. */
  readonly wrappedTo: ReadonlySet<string>;
}

/** Open the file of a case (bytes, or the JSON value they parse to) and report what it says and what is broken. */
export async function openCase(file: unknown, reader: Reader): Promise<OpenedCase> {
  const read = readCase(file, { directory: !("rootPublicKey" in reader.trust), blobs: reader.blobsLater === true });
  const breaks = [...read.breaks];
  const directory = directoryOf(read, reader.trust, breaks);
  const { reads, identity } = await unwrapped(read, reader, breaks);
  const publicKey = read.publicKey ?? identity?.recipient.publicKey ?? null;
  const wrappedTo = new Set(read.wraps.map((wrap) => b64u(wrap.keyId)));
  const bodies = await Promise.all(read.entries.map((entry) => padded(entry, read.caseId, identity)));
  const walk = new Walk({ caseId: read.caseId, publicKey, directory, wrappedTo });
  const entries = read.entries.map((entry, index) => walk.judge(entry, bodies[index] ?? null));
  breaks.push(...entries.flatMap((entry) => entry.breaks));
  breaks.push(...otherWraps(read, reads, entries, directory));
  const blobs = reader.blobsLater === true ? [] : await openedBlobs(read, entries, breaks);
  const lost = rollback(entries, reader.remembered);
  breaks.push(...lost);
  const report: Report = {
    format: FORMAT,
    ok: breaks.length === 0,
    case_id: read.caseId && b64u(read.caseId),
    opened_with: b64u(reads.keyId),
    directory: { serial: directory?.serial ?? null, issued_at: directory?.issuedAt ?? null },
    entries: entries.map(writeJudged),
    blobs,
    broken: breaks,
  };
  return { report, identity, head: lost.length > 0 ? null : headAfter(read, identity, walk), wrappedTo };
}

function directoryOf(read: ReadCase, trust: Directory | Root, breaks: Break[]): Directory | null {
  if (!("rootPublicKey" in trust)) return trust;
  if (read.directory === null) return null;
  try {
    return verifyDirectory(read.directory, trust.rootPublicKey, { serial: trust.lowestSerial ?? 0 });
  } catch (error) {
    if (!(error instanceof DirectoryRefused)) throw error;
    breaks.push({ where: "directory", reason: error.reason, detail: error.detail });
    return null;
  }
}

interface Unwrapped {
  readonly reads: Identity;
  readonly identity: Identity | null;
}

/** Find who reads, a team or the identity itself, and unwrap the case for them. */
async function unwrapped(read: ReadCase, reader: Reader, breaks: Break[]): Promise<Unwrapped> {
  const readers = [...(await teamsOf(reader, breaks)), reader.identity];
  const found: Break[] = [];
  for (const reads of readers) {
    for (const wrap of read.wraps) {
      if (read.caseId === null || !same(wrap.keyId, reads.keyId)) continue;
      const identity = await unwrap(reads, read.caseId, wrap.sealed).catch(() => null);
      if (identity === null) {
        found.push({ where: wrap.where, reason: "wrap-open", detail: "the wrap does not open" });
        continue;
      }
      breaks.push(...found);
      if (read.publicKey === null || !same(identity.recipient.publicKey, read.publicKey)) {
        breaks.push({ where: wrap.where, reason: "case-key", detail: "the wrap holds the key of another case" });
      }
      return { reads, identity };
    }
  }
  if (found.length === 0) found.push({ where: "wraps", reason: "no-wrap", detail: "there is no wrap for this identity" });
  breaks.push(...found);
  return { reads: readers[0] ?? reader.identity, identity: null };
}

async function teamsOf(reader: Reader, breaks: Break[]): Promise<readonly Identity[]> {
  const teams = reader.teams ?? [];
  if (reader.teamWrap === undefined || reader.teamWrap === null) return teams;
  try {
    return [await openTeamWrap(reader.identity, reader.teamWrap), ...teams];
  } catch {
    breaks.push({ where: "team", reason: "team-wrap", detail: "the team wrap does not open with this identity" });
    return teams;
  }
}

/** Name the wraps that cannot be one, and those that neither `opened` nor `access` announced: somebody reads along. */
function* otherWraps(
  read: ReadCase, reads: Identity, entries: readonly JudgedEntry[], directory: Directory | null,
): Iterable<Break> {
  for (const wrap of read.wraps) {
    if (!same(wrap.keyId, reads.keyId) && wrap.sealed.length !== WRAP_BYTES) {
      yield { where: wrap.where, reason: "wrap-open", detail: "a wrap has another size" };
    }
  }
  if (directory === null || entries.every((entry) => entry.plaintext === null)) return;
  const named = new Set([b64u(directory.recovery.keyId), ...entries.flatMap(namedBy)]);
  for (const wrap of read.wraps) {
    if (!named.has(b64u(wrap.keyId))) {
      yield { where: wrap.where, reason: "wrap-open", detail: "no entry says that this key may read" };
    }
  }
}

function namedBy({ plaintext, breaks }: JudgedEntry): readonly string[] {
  if (plaintext === null || breaks.length > 0) return [];
  if (plaintext["kind"] === "opened") return plaintext["team_key_ids"] as readonly string[];
  return plaintext["kind"] === "access" ? [plaintext["key_id"] as string] : [];
}

async function openedBlobs(read: ReadCase, entries: readonly JudgedEntry[], breaks: Break[]): Promise<readonly OpenedBlob[]> {
  const stored = new Map([...read.blobs].reverse().map((blob) => [b64u(blob.blobId), blob]));
  const used = new Set<string>();
  const opened: OpenedBlob[] = [];
  for (const [entryWhere, attachment] of attachments(entries)) {
    const blob = stored.get(attachment["blob_id"] as string);
    if (blob === undefined || read.caseId === null) {
      breaks.push({ where: entryWhere, reason: "blob-missing", detail: "its attachment is not there" });
      continue;
    }
    used.add(blob.where);
    const found = await openedBlob(blob.where, attachment, blob.stored, read.caseId, breaks);
    if (found !== null) opened.push(found);
  }
  if (entries.some((entry) => entry.plaintext !== null)) {
    for (const { where } of read.blobs) {
      if (!used.has(where)) breaks.push({ where, reason: "blob-stray", detail: "no entry describes it" });
    }
  }
  return opened;
}

async function openedBlob(
  where: string, attachment: Plaintext, stored: Bytes, caseId: Bytes, breaks: Break[],
): Promise<OpenedBlob | null> {
  let whole: Bytes;
  try {
    whole = await openStream(unb64u(attachment["key"]), stored, caseId, unb64u(attachment["blob_id"]));
  } catch {
    breaks.push({ where, reason: "blob-open", detail: "it does not open" });
    return null;
  }
  let content: Bytes;
  try {
    content = cut(whole, attachment["size"] as number);
  } catch {
    breaks.push({ where, reason: "blob-size", detail: "it has another size, or its padding is not zeros" });
    return null;
  }
  const digest = b64u(sha256(content));
  if (digest !== attachment["sha256"]) {
    breaks.push({ where, reason: "blob-sha256", detail: "its content is not what the entry describes" });
  }
  return { blob_id: attachment["blob_id"] ?? null, size: content.length, sha256: digest };
}

/** Find the attachments that are described well enough to be looked for. */
function* attachments(entries: readonly JudgedEntry[]): Iterable<readonly [string, Plaintext]> {
  for (const { read, plaintext } of entries) {
    if (plaintext?.["kind"] === "attachment" && fault(plaintext) === null) yield [read.where, plaintext];
  }
}

function rollback(entries: readonly JudgedEntry[], remembered: Remembered | undefined): readonly Break[] {
  if (remembered === undefined || remembered.entries === 0) return [];
  const seen = entries[remembered.entries - 1]?.read.hash ?? null;
  if (seen !== null && same(seen, remembered.lastHash)) return [];
  return [{ where: "entries", reason: "case-rollback", detail: "entries that were seen before are missing or changed" }];
}

function headAfter(read: ReadCase, identity: Identity | null, walk: Walk): CaseHead | null {
  const { caseId, publicKey, entries } = read;
  if (caseId === null || publicKey === null || identity === null || walk.lastHash === null || entries.length === 0) return null;
  if (read.breaks.some((found) => found.reason === "file-suite") || !same(identity.recipient.publicKey, publicKey)) return null;
  return { caseId, key: identity.recipient, suite: SUITE, seq: entries.length, hash: walk.lastHash };
}
