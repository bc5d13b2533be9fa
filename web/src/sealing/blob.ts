/**
 * Attachments: STREAM over AES-256-GCM, with Padmé zeros after the plaintext (section 5).
 *
 * Stored: 7 random bytes, then chunks of 65,536 bytes and their tags, only the last shorter; nonce = the 7 bytes || u32(chunk
 * number) || 1 for the last and else 0 (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance", 2015).
 * Laws. A file in a browser is held whole: it was picked by a person and is bounded by the server's limit on attachments.
 */

import { b64u, type Bytes, ID_BYTES, joined, label, mustBeId, type Rng, SECRET_BYTES, u32 } from "./encoding.ts";
import { padme } from "./padding.ts";
import type { Plaintext } from "./plaintext.ts";
import { gcmSeal, sha256 } from "./suite.ts";

export const CHUNK_BYTES = 65536;
export const PREFIX_BYTES = 7;

/** Short voice messages and small pictures look alike. */
const AT_LEAST = 4096;

/** Give how many bytes are sealed for a file of `size` bytes. */
export function paddedSize(size: number): number {
  return padme(Math.max(size, AT_LEAST));
}

/** Give what every chunk is bound to. */
export function blobAad(caseId: Bytes, blobId: Bytes): Bytes {
  return joined(label("amanet/v1/blob"), mustBeId(caseId), mustBeId(blobId));
}

/** Give the nonce of a chunk: a chunk moved, or a stream cut short, does not open. */
export function chunkNonce(prefix: Bytes, number: number, isLast: boolean): Bytes {
  return joined(prefix, u32(number), Uint8Array.of(isLast ? 1 : 0));
}

/** A sealed file and the entry that lets readers open it. */
export interface SealedBlob {
  readonly blobId: Bytes;
  readonly stored: Bytes;
  readonly attachment: Plaintext;
}

/** What is attached, and when. */
export interface NewBlob {
  readonly caseId: Bytes;
  readonly content: Bytes;
  readonly at: string;
  readonly mediaType: string;
}

/** Seal a file. */
export async function sealBlob({ caseId, content, at, mediaType }: NewBlob, rng: Rng): Promise<SealedBlob> {
  const [blobId, key, prefix] = [rng(ID_BYTES), rng(SECRET_BYTES), rng(PREFIX_BYTES)];
  const padded = new Uint8Array(paddedSize(content.length));
  padded.set(content);
  const aad = blobAad(caseId, blobId);
  const chunks = [prefix];
  for (let start = 0; start < padded.length; start += CHUNK_BYTES) {
    const end = Math.min(start + CHUNK_BYTES, padded.length);
    const nonce = chunkNonce(prefix, start / CHUNK_BYTES, end === padded.length);
    chunks.push(await gcmSeal(key, nonce, padded.subarray(start, end), aad));
  }
  const attachment = {
    kind: "attachment",
    at,
    blob_id: b64u(blobId),
    key: b64u(key),
    size: content.length,
    media_type: mediaType,
    sha256: b64u(sha256(content)),
  };
  return { blobId, stored: joined(...chunks), attachment };
}
