/**
 * Entries: an append-only, signed chain of sealed bodies (section 4).
 *
 * body = HPKE to the case's public key; hash_n covers hash_{n-1}, the ids, the author and SHA-256(body); the signature covers
 * hash_n.
 * Laws. A head is what the next entry is chained to: nobody appends to a case without one. A head comes from opening the case,
 * from sealing an entry, or from `verifyChain`. Appending at the server is compare-and-set on `(case_id, seq)`; the loser reads,
 * verifies and seals anew.
 */

import { chainStart } from "./case.ts";
import type { Directory } from "./directory.ts";
import { b64u, type Bytes, joined, label, mustBeId, type Rng, same, u32 } from "./encoding.ts";
import { ChainBroken, Misuse } from "./errors.ts";
import type { Recipient, SigningIdentity } from "./identity.ts";
import { encode, type Plaintext } from "./plaintext.ts";
import { sha256, SUITE } from "./suite.ts";

/** Where a case's chain ends: the next entry gets `seq` and is chained to `hash`. */
export interface CaseHead {
  readonly caseId: Bytes;
  readonly key: Recipient;
  readonly suite: number;
  readonly seq: number;
  readonly hash: Bytes;
}

/** Give the head of a case without entries. */
export function headOf(caseId: Bytes, key: Recipient, suite = SUITE): CaseHead {
  return { caseId, key, suite, seq: 0, hash: chainStart(caseId, key.publicKey, suite) };
}

/** An entry as stored. After erasing, `body` is null and `bodySha256` stands in its place. */
export interface SealedEntry {
  readonly entryId: Bytes;
  readonly seq: number;
  readonly author: Bytes;
  readonly body: Bytes | null;
  readonly bodySha256: Bytes;
  readonly hash: Bytes;
  readonly signature: Bytes;
}

/** An entry as it travels. */
export interface WrittenEntry {
  readonly entry_id: string;
  readonly seq: number;
  readonly author: string;
  readonly body: string | null;
  readonly body_sha256?: string;
  readonly hash: string;
  readonly signature: string;
}

/** What the next entry is made of. */
export interface NewEntry {
  readonly plaintext: Plaintext;
  readonly author: SigningIdentity;
  readonly entryId: Bytes;
}

/** Seal and sign the next entry, and give the head after it. */
export async function sealEntry(head: CaseHead, made: NewEntry, rng: Rng): Promise<[SealedEntry, CaseHead]> {
  const { plaintext, author, entryId } = made;
  if (head.suite !== SUITE) throw new Misuse("another suite");
  if ((plaintext["kind"] === "opened") !== (head.seq === 0)) throw new Misuse("entry 0, and no other, is `opened`");
  const place: Place = { caseId: head.caseId, entryId: mustBeId(entryId), seq: head.seq, author: author.signerId };
  const body = await head.key.seal(entryInfo(place), encode(plaintext), rng);
  const bodySha256 = sha256(body);
  const hash = nextHash(head.hash, place, bodySha256);
  const { seq } = head;
  const entry = { entryId, seq, author: author.signerId, body, bodySha256, hash, signature: author.sign(signedPart(hash)) };
  return [entry, { ...head, seq: seq + 1, hash }];
}

/** Write an entry as it travels. */
export function writeEntry(entry: SealedEntry): WrittenEntry {
  const erased = entry.body === null ? { body_sha256: b64u(entry.bodySha256) } : {};
  return {
    entry_id: b64u(entry.entryId),
    seq: entry.seq,
    author: b64u(entry.author),
    body: entry.body === null ? null : b64u(entry.body),
    ...erased,
    hash: b64u(entry.hash),
    signature: b64u(entry.signature),
  };
}

/**
 * Walk from `head` over the entries after it and give the head they lead to, or say where the chain breaks.
 *
 * Whoever appends to a case that they did not just open does this first, from `headOf` with the key they are about to seal to, or
 * from a head they verified before.
 */
export function verifyChain(start: CaseHead, entries: Iterable<SealedEntry>, directory: Directory): CaseHead {
  let head = start;
  const seen = new Set<string>();
  for (const entry of entries) {
    if (entry.seq !== head.seq) throw new ChainBroken("entry-seq", entry.seq);
    const id = b64u(entry.entryId);
    if (seen.has(id)) throw new ChainBroken("entry-twice", entry.seq);
    seen.add(id);
    head = { ...head, seq: head.seq + 1, hash: verifiedHash(head, entry, directory) };
  }
  return head;
}

function verifiedHash(head: CaseHead, entry: SealedEntry, directory: Directory): Bytes {
  const bodySha256 = entry.body === null ? entry.bodySha256 : sha256(entry.body);
  const expected = nextHash(head.hash, { ...entry, caseId: head.caseId }, bodySha256);
  if (!same(entry.hash, expected)) throw new ChainBroken("entry-hash", entry.seq);
  const signer = directory.signer(entry.author);
  if (signer === undefined) throw new ChainBroken("entry-author", entry.seq);
  if (!signer.verifier.verify(signedPart(expected), entry.signature)) throw new ChainBroken("entry-signature", entry.seq);
  return expected;
}

/** Where an entry stands and whose it is. */
export interface Place {
  readonly caseId: Bytes;
  readonly entryId: Bytes;
  readonly seq: number;
  readonly author: Bytes;
}

/** Give what a body is bound to. */
export function entryInfo({ caseId, entryId, seq, author }: Place): Bytes {
  return joined(label("amanet/v1/entry"), caseId, entryId, u32(seq), author);
}

/** Give `hash_n` from `hash_{n-1}` and what entry n is. */
export function nextHash(previous: Bytes, { caseId, entryId, seq, author }: Place, bodySha256: Bytes): Bytes {
  return sha256(joined(label("amanet/v1/chain"), previous, caseId, entryId, u32(seq), author, bodySha256));
}

/** Give what the author signs. */
export function signedPart(entryHash: Bytes): Bytes {
  return joined(label("amanet/v1/entry-signature"), entryHash);
}
