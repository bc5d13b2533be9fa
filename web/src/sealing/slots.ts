/**
 * Unlock slots: an officer's two seeds at rest, opened by a passphrase or by a security key's PRF (section 6).
 *
 * Laws. A passphrase is made, never chosen. The server learns a proof that cannot be turned into the key. Costs outside the bounds
 * are refused before anything is computed, so that a forged slot can neither weaken nor exhaust a reader.
 */

import { b64u, type Bytes, joined, label, mustBeId, type Rng, SECRET_BYTES, unb64u, utf8 } from "./encoding.ts";
import { DoesNotOpen, Misuse } from "./errors.ts";
import type { JsonObject } from "./json_text.ts";
import { argon2id, gcmOpen, gcmSeal, hkdfExpand, hkdfExtract, NONCE_BYTES, TAG_BYTES } from "./suite.ts";

const SALT_BYTES = 16;

/** RFC 9106's second recommendation (64 MiB, 3 passes): what an old phone's browser still manages within seconds. */
export const USUAL_M_KIB = 65536;

export const USUAL_T = 3;
const MAX_M_KIB = 1048576;
const MAX_T = 16;

const WORDS = 6;
/** 6 words of 2048 make 66 bits. */
const WORDS_AT_LEAST = 2048;

const RECOVERY_CHARACTERS = 24;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export type PassphraseKind = "passphrase" | "recovery";

/** The two seeds of an officer. */
export interface OfficerSeeds {
  readonly identity: Bytes;
  readonly signing: Bytes;
}

/** What Argon2id made of a passphrase: the slot's key, and from it the login proof. */
export interface Stretched {
  readonly key: Bytes;
}

/** What the server tells before it knows who asks. */
export interface Costs {
  readonly salt: Bytes;
  readonly mKib: number;
  readonly t: number;
}

/** Stretch a passphrase (NFKC, so that every keyboard's spelling is the same); costs out of bounds do not open. */
export async function stretch(passphrase: string, costs: Costs, onProgress?: (done: number) => void): Promise<Stretched> {
  if (!isWithin(costs.mKib, USUAL_M_KIB, MAX_M_KIB) || !isWithin(costs.t, USUAL_T, MAX_T)) throw new DoesNotOpen();
  return { key: await argon2id(utf8(passphrase.normalize("NFKC")), { ...costs, onProgress }) };
}

/** Give what the browser sends to be given the slot. */
export function loginProof(stretched: Stretched): Bytes {
  return hkdfExpand(stretched.key, label("amanet/v1/login"));
}

/** Seeds under a passphrase; a printed recovery code is one too. */
export interface PassphraseSlot extends Costs {
  readonly slot: PassphraseKind;
  readonly nonce: Bytes;
  readonly ct: Bytes;
}

/** A passphrase slot that was just made, and what stretching its passphrase gave: the login proof comes of it. */
export interface NewPassphraseSlot {
  readonly slot: PassphraseSlot;
  readonly stretched: Stretched;
}

/** Whose seeds go into a slot. */
export interface Holder {
  readonly officerId: Bytes;
  readonly seeds: OfficerSeeds;
}

/** Seal the seeds under a passphrase, at the usual costs. */
export async function sealPassphraseSlot(
  { officerId, seeds }: Holder,
  { passphrase, kind = "passphrase" }: { readonly passphrase: string; readonly kind?: PassphraseKind },
  rng: Rng,
): Promise<NewPassphraseSlot> {
  const costs: Costs = { salt: rng(SALT_BYTES), mKib: USUAL_M_KIB, t: USUAL_T };
  const nonce = rng(NONCE_BYTES);
  const stretched = await stretch(passphrase, costs);
  const ct = await gcmSeal(stretched.key, nonce, joinedSeeds(seeds), slotAad(officerId));
  return { slot: { slot: kind, ...costs, nonce, ct }, stretched };
}

/** Give the seeds, or refuse. */
export async function openPassphraseSlot(slot: PassphraseSlot, officerId: Bytes, stretched: Stretched): Promise<OfficerSeeds> {
  return parted(await gcmOpen(stretched.key, slot.nonce, slot.ct, slotAad(officerId)));
}

/** Write a passphrase slot. */
export function writePassphraseSlot(slot: PassphraseSlot): JsonObject {
  return {
    slot: slot.slot,
    kdf: "argon2id",
    salt: b64u(slot.salt),
    m_kib: slot.mKib,
    t: slot.t,
    p: 1,
    nonce: b64u(slot.nonce),
    ct: b64u(slot.ct),
  };
}

/** Read a passphrase slot, or refuse it: another KDF, lanes other than 1, costs out of bounds. */
export function readPassphraseSlot(value: JsonObject): PassphraseSlot {
  const { slot, kdf, m_kib: mKib, t, p } = value;
  if ((slot !== "passphrase" && slot !== "recovery") || kdf !== "argon2id" || p !== 1) throw new DoesNotOpen();
  if (!isWithin(mKib, USUAL_M_KIB, MAX_M_KIB) || !isWithin(t, USUAL_T, MAX_T)) throw new DoesNotOpen();
  return {
    slot,
    salt: unb64u(value["salt"], SALT_BYTES),
    mKib,
    t,
    nonce: unb64u(value["nonce"], NONCE_BYTES),
    ct: unb64u(value["ct"], 2 * SECRET_BYTES + TAG_BYTES),
  };
}

/** Seeds under the PRF of a WebAuthn credential. */
export interface PrfSlot {
  readonly credentialId: Bytes;
  readonly prfSalt: Bytes;
  readonly nonce: Bytes;
  readonly ct: Bytes;
}

/** What a credential's PRF gave, and for which salt. */
export interface PrfAnswer {
  readonly credentialId: Bytes;
  readonly prfSalt: Bytes;
  readonly prfOutput: Bytes;
}

/** Seal the seeds under what the credential's PRF gave for `prfSalt`. */
export async function sealPrfSlot({ officerId, seeds }: Holder, answer: PrfAnswer, rng: Rng): Promise<PrfSlot> {
  const nonce = rng(NONCE_BYTES);
  const ct = await gcmSeal(prfKey(answer.prfOutput), nonce, joinedSeeds(seeds), slotAad(officerId));
  return { credentialId: answer.credentialId, prfSalt: answer.prfSalt, nonce, ct };
}

/** Give the seeds, or refuse. */
export async function openPrfSlot(slot: PrfSlot, officerId: Bytes, prfOutput: Bytes): Promise<OfficerSeeds> {
  return parted(await gcmOpen(prfKey(prfOutput), slot.nonce, slot.ct, slotAad(officerId)));
}

/** Write a PRF slot. */
export function writePrfSlot(slot: PrfSlot): JsonObject {
  return {
    slot: "prf",
    credential_id: b64u(slot.credentialId),
    prf_salt: b64u(slot.prfSalt),
    nonce: b64u(slot.nonce),
    ct: b64u(slot.ct),
  };
}

/** Read a PRF slot, or refuse it. */
export function readPrfSlot(value: JsonObject): PrfSlot {
  if (value["slot"] !== "prf") throw new DoesNotOpen();
  return {
    credentialId: unb64u(value["credential_id"]),
    prfSalt: unb64u(value["prf_salt"], 32),
    nonce: unb64u(value["nonce"], NONCE_BYTES),
    ct: unb64u(value["ct"], 2 * SECRET_BYTES + TAG_BYTES),
  };
}

/** Draw 6 words, each as likely as any other. */
export function makePassphrase(words: readonly string[], rng: Rng): string {
  const different = new Set(words).size;
  if (different < WORDS_AT_LEAST || different !== words.length) {
    throw new Misuse("a passphrase needs at least 2048 different words");
  }
  return Array.from({ length: WORDS }, () => words[below(words.length, rng)]).join(" ");
}

/** Draw 24 base32 characters (120 bits), to be printed. */
export function makeRecoveryCode(rng: Rng): string {
  return Array.from(rng(RECOVERY_CHARACTERS), (byte) => BASE32[byte % BASE32.length]).join("");
}

/** Draw a number below `bound`, drawing again what would make some numbers likelier. */
function below(bound: number, rng: Rng): number {
  const fair = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const number = new DataView(rng(4).buffer).getUint32(0);
    if (number < fair) return number % bound;
  }
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

function slotAad(officerId: Bytes): Bytes {
  return joined(label("amanet/v1/slot"), mustBeId(officerId));
}

function prfKey(prfOutput: Bytes): Bytes {
  return hkdfExpand(hkdfExtract(prfOutput), label("amanet/v1/slot-prf"));
}

function joinedSeeds({ identity, signing }: OfficerSeeds): Bytes {
  if (identity.length !== SECRET_BYTES || signing.length !== SECRET_BYTES) throw new Misuse("a seed has 32 bytes");
  return joined(identity, signing);
}

function parted(seeds: Bytes): OfficerSeeds {
  if (seeds.length !== 2 * SECRET_BYTES) throw new DoesNotOpen();
  return { identity: seeds.slice(0, SECRET_BYTES), signing: seeds.slice(SECRET_BYTES) };
}
