/**
 * X-Wing's decapsulation key, expanded once and used often (section 2).
 *
 * @hpke's X-Wing expands the 32-byte key anew for every ciphertext, which is half of the work, and does all of it in JavaScript.
 * Here the key is expanded once; ML-KEM-768 and X25519 are the browser's own where it has them, else those of the very libraries
 * that @hpke uses; the combiner is that of the X-Wing draft (draft-connolly-cfrg-xwing-kem, section 5.3). All else of HPKE stays
 * @hpke's.
 * Laws. The known answers hold both ways to the same bytes. After `forget` nothing opens.
 */

import { Aes256Gcm, CipherSuite, HkdfSha256, type RecipientContextParams } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { x25519 } from "@noble/curves/ed25519.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { MlKem768 } from "mlkem";

import { type Bytes, joined } from "./encoding.ts";
import { DoesNotOpen } from "./errors.ts";

const ML_KEM_SEED_BYTES = 64;
const ML_KEM_CIPHERTEXT_BYTES = 1088;
const ML_KEM = { name: "ML-KEM-768" };

/** `\.//^\`, the draft's picture of an X-wing. */
const COMBINER_LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

/** What stands before the 32 bytes of an X25519 private key in PKCS #8 (RFC 8410), the only form in which browsers take one. */
const PKCS8_X25519 = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32);

/** The point whose product with a private key is the public key (RFC 7748, section 4.1). */
const X25519_BASE = Uint8Array.of(9, ...new Uint8Array(31));

/** What is new in WebCrypto and not yet in TypeScript's description of it. */
interface SubtleWithMlKem {
  importKey(
    form: "raw-seed", seed: Bytes, algorithm: typeof ML_KEM, isExtractable: false, uses: readonly ["decapsulateBits"],
  ): Promise<CryptoKey>;
  decapsulateBits?(algorithm: typeof ML_KEM, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}

/** A private key as what it is used for: a public point, or a ciphertext, gives a shared secret. */
type Sharer = (theirs: Bytes) => Promise<Bytes>;

/** Give suite 1 with this way of running X-Wing. */
export function suiteOver(kem: XWing): CipherSuite {
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

export class DecapsulationKey {
  readonly publicKey: Bytes;
  readonly suite: CipherSuite;
  readonly kem: ExpandedXWing;
  /** What @hpke wants to be handed; it says nothing. */
  readonly handle: CryptoKey;

  private constructor(publicKey: Bytes, kem: ExpandedXWing, handle: CryptoKey) {
    this.publicKey = publicKey;
    this.kem = kem;
    this.suite = suiteOver(kem);
    this.handle = handle;
  }

  /** Split the seed as X-Wing does: 64 bytes for ML-KEM-768, 32 for X25519. Without `subtle` the libraries do all of it. */
  static async expand(seed: Bytes, subtle: SubtleCrypto | null = crypto.subtle): Promise<DecapsulationKey> {
    const expanded = shake256(seed, { dkLen: 96 }) as Bytes;
    const [mlKem, curve] = await Promise.all([
      mlKemSharer(expanded.slice(0, ML_KEM_SEED_BYTES), subtle),
      x25519Sharer(expanded.slice(ML_KEM_SEED_BYTES), subtle),
    ]);
    const curvePublic = await curve(X25519_BASE);
    expanded.fill(0);
    const kem = new ExpandedXWing(mlKem.share, curve, curvePublic);
    return new DecapsulationKey(joined(mlKem.publicKey, curvePublic), kem, await kem.deserializePrivateKey(new Uint8Array(32)));
  }

  /** Open nothing any more. */
  forget(): void {
    this.kem.forget();
  }
}

/** X-Wing for one recipient whose key has been expanded. */
class ExpandedXWing extends XWing {
  readonly #curvePublic: Bytes;
  #shares: { readonly mlKem: Sharer; readonly curve: Sharer } | null;

  constructor(mlKem: Sharer, curve: Sharer, curvePublic: Bytes) {
    super();
    this.#shares = { mlKem, curve };
    this.#curvePublic = curvePublic;
  }

  override async decap({ enc }: RecipientContextParams): Promise<ArrayBuffer> {
    if (this.#shares === null) throw new DoesNotOpen();
    const ciphertext = enc instanceof Uint8Array ? (enc as Bytes) : new Uint8Array(enc as ArrayBuffer);
    const ephemeral = ciphertext.slice(ML_KEM_CIPHERTEXT_BYTES);
    const [fromCurve, fromMlKem] = await Promise.all([
      this.#shares.curve(ephemeral),
      this.#shares.mlKem(ciphertext.slice(0, ML_KEM_CIPHERTEXT_BYTES)),
    ]);
    return sha3_256(joined(fromMlKem, fromCurve, ephemeral, this.#curvePublic, COMBINER_LABEL)).buffer as ArrayBuffer;
  }

  forget(): void {
    this.#shares = null;
  }
}

/** Take the browser's ML-KEM-768, or the library's where the browser has none; the public key is the library's to derive. */
async function mlKemSharer(seed: Bytes, subtle: SubtleCrypto | null): Promise<{ publicKey: Bytes; share: Sharer }> {
  const library = new MlKem768();
  const [publicKey, secret] = (await library.deriveKeyPair(seed)) as [Bytes, Bytes];
  const own = subtle as SubtleWithMlKem | null;
  const key = await own?.importKey("raw-seed", seed, ML_KEM, false, ["decapsulateBits"]).catch(() => null);
  if (!key || !own?.decapsulateBits) {
    return { publicKey, share: async (theirs) => (await library.decap(theirs, secret)) as Bytes };
  }
  secret.fill(0);
  return { publicKey, share: async (theirs) => new Uint8Array(await own.decapsulateBits!(ML_KEM, key, theirs)) };
}

/** Take the browser's X25519, or the library's where the browser has none. */
async function x25519Sharer(privateKey: Bytes, subtle: SubtleCrypto | null): Promise<Sharer> {
  const pkcs8 = joined(PKCS8_X25519, privateKey);
  const key = await subtle?.importKey("pkcs8", pkcs8, { name: "X25519" }, false, ["deriveBits"]).catch(() => null);
  pkcs8.fill(0);
  if (!subtle || !key) return async (theirs) => x25519.getSharedSecret(privateKey, theirs) as Bytes;
  privateKey.fill(0);
  return async (theirs) => {
    const point = await subtle.importKey("raw", theirs, { name: "X25519" }, false, []);
    return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: point }, key, 256));
  };
}
