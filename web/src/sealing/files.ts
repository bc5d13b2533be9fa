/**
 * The file of a case, `amanet-case/1`: what the server holds, nothing it could not hand to a thief (section 9).
 *
 * Laws. Reading never gives up: every part that is malformed is named as a break and left out, the rest is there, because words
 * that can be read must not be hidden by bytes that cannot.
 */

import type { Wrap } from "./case.ts";
import { b64u, type Bytes, ID_BYTES, unb64u } from "./encoding.ts";
import { type SealedEntry, writeEntry } from "./entry.ts";
import type { Reason } from "./errors.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./identity.ts";
import { isObject, type JsonObject, read as readJson } from "./json_text.ts";
import type { SignedDirectory } from "./signed_directory.ts";
import { SUITE } from "./suite.ts";

const FORMAT = "amanet-case/1";
const MAX_SEQ = 2 ** 32 - 1;

/** Something that is not as it must be: where, one of section 9's reasons, and a plain sentence. */
export interface Break {
  readonly where: string;
  readonly reason: Reason;
  readonly detail: string;
}

/** An entry of a file; what was malformed is null and stands in `breaks`. */
export interface ReadEntry {
  readonly where: string;
  readonly entryId: Bytes | null;
  readonly seq: number | null;
  readonly author: Bytes | null;
  readonly body: Bytes | null;
  readonly bodySha256: Bytes | null;
  readonly hash: Bytes | null;
  readonly signature: Bytes | null;
  readonly isErased: boolean;
  readonly breaks: readonly Break[];
}

export interface ReadWrap extends Wrap {
  readonly where: string;
}

export interface ReadBlob {
  readonly where: string;
  readonly blobId: Bytes;
  readonly stored: Bytes;
}

/** A file as far as it could be read. */
export interface ReadCase {
  readonly caseId: Bytes | null;
  readonly publicKey: Bytes | null;
  readonly wraps: readonly ReadWrap[];
  readonly entries: readonly ReadEntry[];
  readonly blobs: readonly ReadBlob[];
  readonly directory: SignedDirectory | null;
  readonly breaks: readonly Break[];
}

/** What a file is written of. */
export interface WholeCase {
  readonly caseId: Bytes;
  readonly publicKey: Bytes;
  readonly wraps: readonly Wrap[];
  readonly entries: readonly SealedEntry[];
  readonly blobs: readonly { readonly blobId: Bytes; readonly stored: Bytes }[];
  readonly directory: SignedDirectory;
}

/** Give the file of a case. */
export function writeCase(whole: WholeCase): JsonObject {
  return {
    format: FORMAT,
    suite: SUITE,
    case_id: b64u(whole.caseId),
    case_public_key: b64u(whole.publicKey),
    wraps: whole.wraps.map((wrap) => ({ key_id: b64u(wrap.keyId), sealed: b64u(wrap.sealed) })),
    entries: whole.entries.map((entry) => ({ ...writeEntry(entry) })),
    blobs: whole.blobs.map((blob) => ({ blob_id: b64u(blob.blobId), bytes: b64u(blob.stored) })),
    directory: { document: b64u(whole.directory.document), signature: b64u(whole.directory.signature) },
  };
}

/** What else the reader has, so that the file need not bring it. */
export interface Brought {
  readonly directory: boolean;
  readonly blobs: boolean;
}

/** Read a file: its bytes, or the JSON value they parse to. */
export function readCase(file: unknown, brought: Brought = { directory: false, blobs: false }): ReadCase {
  const breaks: Break[] = [];
  const value = fileObject(file, breaks);
  if (value["format"] !== FORMAT) breaks.push({ where: "format", reason: "file-format", detail: "this is not a file of a case" });
  if (!Number.isInteger(value["suite"])) breaks.push(malformed("suite"));
  else if (value["suite"] !== SUITE) breaks.push({ where: "suite", reason: "file-suite", detail: "the file says another suite" });
  return {
    caseId: bytes(value, "case_id", "case_id", breaks, ID_BYTES),
    publicKey: bytes(value, "case_public_key", "case_public_key", breaks, PUBLIC_KEY_BYTES),
    wraps: wraps(value, breaks),
    entries: items(value, "entries", breaks).map(([where, item]) => entry(where, item)),
    blobs: brought.blobs ? [] : blobs(value, breaks),
    directory: brought.directory ? null : directory(value, breaks),
    breaks,
  };
}

function fileObject(file: unknown, breaks: Break[]): JsonObject {
  let value = file;
  if (file instanceof Uint8Array) {
    try {
      value = readJson(file);
    } catch {
      value = null;
    }
  }
  if (isObject(value)) return value;
  breaks.push({ where: "file", reason: "file-format", detail: "this is not a JSON object" });
  return {};
}

function wraps(value: JsonObject, breaks: Break[]): readonly ReadWrap[] {
  return items(value, "wraps", breaks).flatMap(([where, item]) => {
    const keyId = bytes(item, "key_id", `${where}.key_id`, breaks, ID_BYTES);
    const sealed = bytes(item, "sealed", `${where}.sealed`, breaks);
    return keyId === null || sealed === null ? [] : [{ where, keyId, sealed }];
  });
}

function blobs(value: JsonObject, breaks: Break[]): readonly ReadBlob[] {
  return items(value, "blobs", breaks).flatMap(([where, item]) => {
    const blobId = bytes(item, "blob_id", `${where}.blob_id`, breaks, ID_BYTES);
    const stored = bytes(item, "bytes", `${where}.bytes`, breaks);
    return blobId === null || stored === null ? [] : [{ where, blobId, stored }];
  });
}

function directory(value: JsonObject, breaks: Break[]): SignedDirectory | null {
  const item = value["directory"];
  if (!isObject(item)) {
    breaks.push(malformed("directory"));
    return null;
  }
  const document = bytes(item, "document", "directory.document", breaks);
  const signature = bytes(item, "signature", "directory.signature", breaks);
  return document === null || signature === null ? null : { document, signature };
}

function entry(where: string, item: JsonObject): ReadEntry {
  const breaks: Break[] = [];
  const isErased = item["body"] === null;
  const seq = isSeq(item["seq"]) ? item["seq"] : null;
  if (seq === null) breaks.push(malformed(`${where}.seq`));
  const field = (name: string, size?: number) => bytes(item, name, `${where}.${name}`, breaks, size);
  return {
    where,
    entryId: field("entry_id", ID_BYTES),
    seq,
    author: field("author", ID_BYTES),
    body: isErased ? null : field("body"),
    bodySha256: isErased ? field("body_sha256", 32) : null,
    hash: field("hash", 32),
    signature: field("signature", SIGNATURE_BYTES),
    isErased,
    breaks,
  };
}

function isSeq(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_SEQ;
}

function items(value: JsonObject, name: string, breaks: Break[]): readonly (readonly [string, JsonObject])[] {
  const found = value[name];
  if (!Array.isArray(found)) {
    breaks.push(malformed(name));
    return [];
  }
  return found.map((item: unknown, index) => {
    if (!isObject(item)) breaks.push(malformed(`${name}[${index}]`));
    return [`${name}[${index}]`, isObject(item) ? item : {}] as const;
  });
}

function bytes(value: JsonObject, name: string, where: string, breaks: Break[], size?: number): Bytes | null {
  try {
    return unb64u(value[name], size);
  } catch {
    breaks.push(malformed(where));
    return null;
  }
}

function malformed(where: string): Break {
  return { where, reason: "file-format", detail: "missing or malformed" };
}
