/**
 * The single steps of opening, each of which succeeds or refuses.
 *
 * Laws. Every step undoes exactly one construction of the room; none of them judges who wrote something.
 */

import { blobAad, CHUNK_BYTES, chunkNonce, paddedSize, PREFIX_BYTES } from "../blob.ts";
import { readTeamWrap, teamWrapInfo, wrapInfo } from "../case.ts";
import { type Bytes, ID_BYTES, joined, same, SECRET_BYTES, unb64u } from "../encoding.ts";
import { entryInfo, type Place } from "../entry.ts";
import { DoesNotOpen } from "../errors.ts";
import { Identity } from "../identity.ts";
import { isZeros } from "../padding.ts";
import { decode, fault, type Plaintext } from "../plaintext.ts";
import { gcmOpen, sha256, TAG_BYTES } from "../suite.ts";

/** Give the team's identity to one of its members, out of an `amanet-team-wrap/1`. */
export async function openTeamWrap(member: Identity, value: unknown): Promise<Identity> {
  const wrap = readTeamWrap(value);
  if (!same(wrap.memberKeyId, member.keyId)) throw new DoesNotOpen();
  const team = await identityOf(await member.open(teamWrapInfo(wrap.teamKeyId, member.keyId), wrap.sealed));
  if (!same(team.keyId, wrap.teamKeyId)) throw new DoesNotOpen();
  return team;
}

/** Give the identity of a case. The caller compares its public key with the case's. */
export async function unwrap(reader: Identity, caseId: Bytes, sealed: Bytes): Promise<Identity> {
  return identityOf(await reader.open(wrapInfo(caseId, reader.keyId), sealed));
}

function identityOf(seed: Bytes): Promise<Identity> {
  if (seed.length !== SECRET_BYTES) throw new DoesNotOpen();
  return Identity.fromSeed(seed);
}

/** Give the padded plaintext of an entry. */
export function openBody(identity: Identity, body: Bytes, place: Place): Promise<Bytes> {
  return identity.open(entryInfo(place), body);
}

/** Give what an entry says. */
export async function openEntry(identity: Identity, body: Bytes, place: Place): Promise<Plaintext> {
  return decode(await openBody(identity, body, place));
}

/** Give the padded bytes of an attachment. */
export async function openStream(key: Bytes, stored: Bytes, caseId: Bytes, blobId: Bytes): Promise<Bytes> {
  if (stored.length < PREFIX_BYTES + TAG_BYTES) throw new DoesNotOpen();
  const [prefix, chunks] = [stored.subarray(0, PREFIX_BYTES), stored.subarray(PREFIX_BYTES)];
  const aad = blobAad(caseId, blobId);
  const step = CHUNK_BYTES + TAG_BYTES;
  const opened: Bytes[] = [];
  for (let start = 0; start < chunks.length; start += step) {
    const nonce = chunkNonce(prefix, opened.length, start + step >= chunks.length);
    opened.push(await gcmOpen(key, nonce, chunks.subarray(start, start + step), aad));
  }
  if (opened.length > 1 && opened.at(-1)?.length === 0) throw new DoesNotOpen();
  return joined(...opened);
}

/** Cut an attachment to its size; refuse any other padding than that of this size. */
export function cut(padded: Bytes, size: number): Bytes {
  if (padded.length !== paddedSize(size) || !isZeros(padded.subarray(size))) throw new DoesNotOpen();
  return padded.subarray(0, size);
}

/** Give the file that an `attachment` entry describes. */
export async function openBlob(attachment: Plaintext, stored: Bytes, caseId: Bytes): Promise<Bytes> {
  if (attachment["kind"] !== "attachment" || fault(attachment) !== null) throw new DoesNotOpen();
  const blobId = unb64u(attachment["blob_id"], ID_BYTES);
  const padded = await openStream(unb64u(attachment["key"], SECRET_BYTES), stored, caseId, blobId);
  const content = cut(padded, attachment["size"] as number);
  if (!same(sha256(content), unb64u(attachment["sha256"], 32))) throw new DoesNotOpen();
  return content;
}
