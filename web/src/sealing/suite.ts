/**
 * Suite 1: the algorithms, and nothing about what they protect (sections 1, 5 to 8).
 *
 * HPKE (RFC 9180), base mode, single shot: KEM 0x647A (MLKEM768-X25519, "X-Wing"), KDF 0x0001 (HKDF-SHA256), AEAD 0x0002
 * (AES-256-GCM). HPKE's `aad` is empty; every binding goes into `info`. A post-quantum hybrid, because a child's report must still
 * be secret when the child is forty.
 * Laws. Whatever fails to open is one refusal, without a cause attached.
 */

import { XWing } from "@hpke/hybridkem-x-wing";
import { argon2idAsync } from "@noble/hashes/argon2.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

import { type Bytes, joined, type Rng } from "./encoding.ts";
import { DoesNotOpen } from "./errors.ts";
import { type DecapsulationKey, suiteOver } from "./xwing.ts";

/** Stored with each case: the KEM is an IRTF draft still, and another suite means other labels. */
export const SUITE = 1;

/** What the KEM encapsulates to: an ML-KEM-768 ciphertext (1088) and an X25519 public key (32). */
const ENC_BYTES = 1120;

/** Randomness of one encapsulation: 32 bytes for ML-KEM and 32 for X25519. */
const ENCAPSULATION_BYTES = 64;

export const TAG_BYTES = 16;
export const OVERHEAD = ENC_BYTES + TAG_BYTES;
export const NONCE_BYTES = 12;

/** Give `enc (1120 bytes) || ciphertext`, bound to `info`. */
export async function hpkeSeal(publicKey: Bytes, info: Bytes, plaintext: Bytes, rng: Rng): Promise<Bytes> {
  const kem = new XWing();
  const recipientPublicKey = await kem.deserializePublicKey(publicKey);
  const { enc, ct } = await suiteOver(kem).seal({ recipientPublicKey, info, ekm: rng(ENCAPSULATION_BYTES) }, plaintext);
  return joined(new Uint8Array(enc), new Uint8Array(ct));
}

/** Give the plaintext of `sealed`, or refuse. */
export async function hpkeOpen(key: DecapsulationKey, info: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < OVERHEAD) throw new DoesNotOpen();
  const [enc, ciphertext] = [sealed.subarray(0, ENC_BYTES), sealed.subarray(ENC_BYTES)];
  try {
    return new Uint8Array(await key.suite.open({ recipientKey: key.handle, enc, info }, ciphertext));
  } catch {
    throw new DoesNotOpen();
  }
}

/** Encrypt with AES-256-GCM. The caller answers for the nonce being new under this key. */
export async function gcmSeal(key: Bytes, nonce: Bytes, plaintext: Bytes, aad: Bytes): Promise<Bytes> {
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: aad }, aes, plaintext));
}

/** Decrypt with AES-256-GCM, or refuse. */
export async function gcmOpen(key: Bytes, nonce: Bytes, sealed: Bytes, aad: Bytes): Promise<Bytes> {
  try {
    const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: aad }, aes, sealed));
  } catch {
    throw new DoesNotOpen();
  }
}

/** HMAC-SHA256 (RFC 2104). */
export function hmacSha256(key: Bytes, message: Bytes): Bytes {
  return owned(hmac(nobleSha256, key, message));
}

/** HKDF-Extract (RFC 5869) with no salt, which is 32 zero bytes. */
export function hkdfExtract(secret: Bytes): Bytes {
  return hmacSha256(new Uint8Array(32), secret);
}

/** HKDF-Expand (RFC 5869) for at most one block, which is all that is ever needed here. */
export function hkdfExpand(prk: Bytes, info: Bytes, size = 32): Bytes {
  return hmacSha256(prk, joined(info, Uint8Array.of(1))).slice(0, size);
}

/** What Argon2id is asked for; `onProgress` hears fractions of 1 on the way. */
export interface Stretching {
  readonly salt: Bytes;
  readonly mKib: number;
  readonly t: number;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Argon2id version 0x13 with one lane, 32 bytes (RFC 9106). It gives the page its turn every few milliseconds. */
export async function argon2id(secret: Bytes, { salt, mKib, t, onProgress }: Stretching): Promise<Bytes> {
  const progress = onProgress === undefined ? {} : { onProgress };
  return owned(await argon2idAsync(secret, salt, { m: mKib, t, p: 1, dkLen: 32, version: 0x13, ...progress }));
}

/** SHA-256. */
export function sha256(message: Bytes): Bytes {
  return owned(nobleSha256(message));
}

function owned(raw: Uint8Array): Bytes {
  return raw as Bytes; // the libraries allocate what they give
}
