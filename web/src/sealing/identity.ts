/**
 * Keys: who can open (identities, section 2) and who can sign.
 *
 * An identity is X-Wing's 32-byte decapsulation key, loaded as such and never fed to HPKE's DeriveKeyPair. A signing identity is an
 * Ed25519 seed. Keys are parsed once and carried as values, because parsing costs as much as using.
 * Laws. A seed never shows in a representation. A public key is checked when it is parsed, so that a `Recipient` or a `Verifier` is
 * always usable. What `forget` was called on opens and signs nothing any more.
 */

import { eddsa } from "@noble/curves/abstract/edwards.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { b64u, type Bytes, ID_BYTES, joined, label, type Rng, same, SECRET_BYTES, unb64u } from "./encoding.ts";
import { DoesNotOpen, KeyUnusable, Misuse } from "./errors.ts";
import { hpkeOpen, hpkeSeal, sha256 } from "./suite.ts";
import { DecapsulationKey } from "./xwing.ts";

const ML_KEM_PUBLIC_BYTES = 1184;
const ML_KEM_MODULUS = 3329;
/** The coefficients, 12 bits each, are followed by 32 bytes that may be anything. */
const ML_KEM_COEFFICIENT_BYTES = 1152;
export const PUBLIC_KEY_BYTES = ML_KEM_PUBLIC_BYTES + 32;
export const SIGNATURE_BYTES = 64;
const SEED_FILE_WORD = "amanet-identity-1";

const P = 2n ** 255n - 19n;

/** The X25519 coordinates, on the curve and its twist, that make every shared secret zero (RFC 7748, section 6.1). */
const SMALL_ORDER_U = new Set([
  0n,
  1n,
  P - 1n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
]);

const Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
/** The y of the eight Ed25519 points of small order: under such a key one signature fits many messages. */
const SMALL_ORDER_Y = new Set([0n, 1n, P - 1n, Y8, P - Y8]);

/** A public key that can be sealed to. */
export class Recipient {
  readonly keyId: Bytes;
  readonly publicKey: Bytes;

  private constructor(publicKey: Bytes) {
    this.publicKey = publicKey;
    this.keyId = keyId(publicKey);
  }

  /** Parse an ML-KEM-768 encapsulation key and an X25519 public key; refuse what no secret can be shared with. */
  static fromBytes(publicKey: Bytes): Recipient {
    if (publicKey.length !== PUBLIC_KEY_BYTES || !isReduced(publicKey)) throw new KeyUnusable();
    const u = littleEndian(publicKey.subarray(ML_KEM_PUBLIC_BYTES));
    if (SMALL_ORDER_U.has((u % 2n ** 255n) % P)) throw new KeyUnusable();
    return new Recipient(publicKey);
  }

  /** Seal to this key, bound to `info`. */
  seal(info: Bytes, plaintext: Bytes, rng: Rng): Promise<Bytes> {
    return hpkeSeal(this.publicKey, info, plaintext, rng);
  }
}

/** Tell whether every coefficient of the encapsulation key is below the modulus (FIPS 203, section 7.2). */
function isReduced(publicKey: Bytes): boolean {
  for (let at = 0; at < ML_KEM_COEFFICIENT_BYTES; at += 3) {
    const bits = publicKey[at]! | (publicKey[at + 1]! << 8) | (publicKey[at + 2]! << 16);
    if ((bits & 0xfff) >= ML_KEM_MODULUS || bits >>> 12 >= ML_KEM_MODULUS) return false;
  }
  return true;
}

/** A seed that opens what was sealed to its `recipient`. */
export class Identity {
  readonly recipient: Recipient;
  readonly #seed: Bytes;
  readonly #key: DecapsulationKey;

  private constructor(recipient: Recipient, seed: Bytes, key: DecapsulationKey) {
    this.recipient = recipient;
    this.#seed = seed;
    this.#key = key;
  }

  /** Load X-Wing's decapsulation key. */
  static async fromSeed(seed: Bytes): Promise<Identity> {
    if (seed.length !== SECRET_BYTES) throw new Misuse("a seed has 32 bytes");
    const key = await DecapsulationKey.expand(seed);
    return new Identity(Recipient.fromBytes(key.publicKey), seed.slice(), key);
  }

  /** Make a new identity. */
  static generate(rng: Rng): Promise<Identity> {
    return Identity.fromSeed(rng(SECRET_BYTES));
  }

  /** The id of the public key. */
  get keyId(): Bytes {
    return this.recipient.keyId;
  }

  /** The 32 bytes, for a wrap or a slot; never for anything that is shown or sent. */
  get seed(): Bytes {
    return this.#seed;
  }

  /** Open what was sealed to this identity under the same `info`, or refuse. */
  open(info: Bytes, sealed: Bytes): Promise<Bytes> {
    return hpkeOpen(this.#key, info, sealed);
  }

  /** Overwrite the seed and what was made of it. */
  forget(): void {
    this.#seed.fill(0);
    this.#key.forget();
  }
}

/** After this many signatures of one key a table of its multiples pays: it costs about fifteen verifications. */
const TABLE_AFTER = 16;

/** An Ed25519 public key whose signatures can be believed. */
export class Verifier {
  readonly signerId: Bytes;
  readonly publicKey: Bytes;
  readonly #verify: (message: Bytes, signature: Bytes) => boolean;

  private constructor(publicKey: Bytes) {
    this.publicKey = publicKey;
    this.signerId = signerId(publicKey);
    this.#verify = strictly(publicKey);
  }

  /** Parse a public key; refuse small order and a y that is not reduced (RFC 8032, strict). */
  static fromBytes(publicKey: Bytes): Verifier {
    if (publicKey.length !== 32) throw new KeyUnusable();
    const y = littleEndian(publicKey) % 2n ** 255n;
    if (y >= P || SMALL_ORDER_Y.has(y)) throw new KeyUnusable();
    return new Verifier(publicKey);
  }

  /** Tell whether this key signed `message`; the S of a signature is below the order. */
  verify(message: Bytes, signature: Bytes): boolean {
    return signature.length === SIGNATURE_BYTES && this.#verify(message, signature);
  }
}

/**
 * Give @noble/curves' own verification with `zip215: false`, for one public key.
 *
 * The library parses the public key at each call. It is given a kind of point here that knows this one key already, with a table of
 * its multiples once it has been seen often; the equation and every check stay the library's.
 */
function strictly(publicKey: Bytes): (message: Bytes, signature: Bytes) => boolean {
  let known: InstanceType<typeof ed25519.Point> | null = null;
  class Point extends ed25519.Point {
    static override fromBytes(bytes: Uint8Array, zip215 = false) {
      if (!same(bytes, publicKey)) return ed25519.Point.fromBytes(bytes, zip215);
      return (known ??= ed25519.Point.fromBytes(bytes, zip215));
    }
  }
  const { verify } = eddsa(Point, sha512, { zip215: false });
  let seen = 0;
  return (message, signature) => {
    if (++seen === TABLE_AFTER) known?.precompute(6, false);
    return verify(signature, message, publicKey, { zip215: false });
  };
}

/** A seed that signs. */
export class SigningIdentity {
  readonly verifier: Verifier;
  readonly #seed: Bytes;
  #isForgotten = false;

  private constructor(seed: Bytes) {
    this.#seed = seed;
    this.verifier = Verifier.fromBytes(ed25519.getPublicKey(seed) as Bytes);
  }

  /** Load an Ed25519 seed. */
  static fromSeed(seed: Bytes): SigningIdentity {
    if (seed.length !== SECRET_BYTES) throw new Misuse("a seed has 32 bytes");
    return new SigningIdentity(seed.slice());
  }

  /** Make a new signing identity. */
  static generate(rng: Rng): SigningIdentity {
    return SigningIdentity.fromSeed(rng(SECRET_BYTES));
  }

  /** The id of the public key, which entries carry as `author`. */
  get signerId(): Bytes {
    return this.verifier.signerId;
  }

  /** The 32 bytes, for a slot; never for anything that is shown or sent. */
  get seed(): Bytes {
    return this.#seed;
  }

  /** Sign with Ed25519. */
  sign(message: Bytes): Bytes {
    if (this.#isForgotten) throw new Misuse("this identity was forgotten");
    return ed25519.sign(message, this.#seed) as Bytes;
  }

  /** Overwrite the seed. */
  forget(): void {
    this.#isForgotten = true;
    this.#seed.fill(0);
  }
}

/** Give the id of an identity's public key. */
export function keyId(publicKey: Bytes): Bytes {
  return sha256(joined(label("amanet/v1/key-id"), publicKey)).slice(0, ID_BYTES);
}

/** Give the id of a signing identity's public key. */
export function signerId(publicKey: Bytes): Bytes {
  return sha256(joined(label("amanet/v1/signer-id"), publicKey)).slice(0, ID_BYTES);
}

/** Write the first 10 bytes of a key id or signer id to be compared aloud: five groups of four small hex digits. */
export function fingerprint(someId: Bytes): string {
  const digits = Array.from(someId.subarray(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/.{4}(?=.)/g, "$& ");
}

/** Write the one line of a seed file, to be printed or kept off line. */
export function seedFile(seed: Bytes): string {
  return `${SEED_FILE_WORD} ${b64u(seed)}\n`;
}

/** Read the seed out of a seed file's one line, or refuse. */
export function readSeedFile(text: string): Bytes {
  const [word, ...rest] = text.replace(/[\r\n]+$/, "").split(" ");
  if (word !== SEED_FILE_WORD) throw new DoesNotOpen();
  return unb64u(rest.join(" "), SECRET_BYTES);
}

function littleEndian(raw: Uint8Array): bigint {
  return raw.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
