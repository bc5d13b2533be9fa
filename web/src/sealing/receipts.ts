/**
 * Receipts: 20 digits that let a reporter come back, and everything derived from them (section 7).
 *
 * 19 random digits and an ISO 7064 MOD 11,10 check digit. Digits are the same on every keyboard and in every language here.
 * Laws. Nothing that is stored lets anybody find the digits without Argon2id for each guess; the mailbox seed is never stored, and
 * nothing that is made of the digits leaves the page except `lookup` and what the reporter asks for by the token.
 */

import { type Bytes, ID_BYTES, joined, label, mustBeId, type Rng, utf8 } from "./encoding.ts";
import { DoesNotOpen, ReceiptMistyped } from "./errors.ts";
import { Identity, PUBLIC_KEY_BYTES } from "./identity.ts";
import { argon2id, gcmOpen, gcmSeal, hkdfExpand, NONCE_BYTES, sha256 } from "./suite.ts";

const DIGITS = 20;

/** What people and word processors put between digits: white space, dashes (Unicode's category Pd, the minus sign) and points. */
const ORNAMENT = /[\p{White_Space}\x1c-\x1f\p{Pd}\u2212.·•∙⋅]/gu;

/** OWASP's first choice for Argon2id: 19 MiB and 2 passes, a fifth of a second in an old phone's browser. */
const M_KIB = 19456;

const T = 2;

/** Compute the check digit (ISO 7064, MOD 11,10). */
export function checkDigit(digits: string): string {
  let p = 10;
  for (const digit of digits) p = (((p + Number(digit)) % 10 || 10) * 2) % 11;
  return String((11 - p) % 10);
}

/** Draw a receipt's 20 digits, every one of them as likely as any other. */
export function makeReceipt(rng: Rng): string {
  let digits = "";
  while (digits.length < DIGITS - 1) {
    digits += Array.from(rng(DIGITS)).filter((byte) => byte < 250).map((byte) => byte % 10).join("");
  }
  digits = digits.slice(0, DIGITS - 1);
  return digits + checkDigit(digits);
}

/** Write a receipt in five groups. */
export function shown(digits: string): string {
  return digits.replace(/.{4}(?=.)/g, "$& ");
}

/** Read what somebody typed; a wrong check digit is refused before anything is looked up. */
export function typed(text: string): string {
  const kept = text.normalize("NFKC").replace(ORNAMENT, "");
  if (!/^[0-9]{20}$/.test(kept) || checkDigit(kept.slice(0, -1)) !== kept.at(-1)) throw new ReceiptMistyped();
  return kept;
}

/** The case that a receipt's record names, and the key to seal further words to. */
export interface Recorded {
  readonly caseId: Bytes;
  readonly casePublicKey: Bytes;
}

/** What a receipt gives to whoever types it, and to nobody else. */
export class ReceiptSecrets {
  readonly #prk: Bytes;

  constructor(prk: Bytes) {
    this.#prk = prk;
  }

  /** Stretch the digits; takes tens of milliseconds on purpose. */
  static async derive(digits: string, receiptSalt: Bytes): Promise<ReceiptSecrets> {
    const salt = sha256(joined(label("amanet/v1/receipt"), receiptSalt)).slice(0, 16);
    return new ReceiptSecrets(await argon2id(utf8(digits), { salt, mKib: M_KIB, t: T }));
  }

  /** What finds the receipt's row. */
  get lookup(): Bytes {
    return hkdfExpand(this.#prk, label("amanet/v1/receipt-lookup"), 16);
  }

  /** What opens the replies. */
  mailbox(): Promise<Identity> {
    return Identity.fromSeed(hkdfExpand(this.#prk, label("amanet/v1/receipt-mailbox")));
  }

  /** What proves that the reporter withdraws the report. */
  get withdrawToken(): Bytes {
    return hkdfExpand(this.#prk, label("amanet/v1/receipt-withdraw"));
  }

  /** Seal which case this is, and the key to seal further words to. */
  async sealRecord({ caseId, casePublicKey }: Recorded, rng: Rng): Promise<Bytes> {
    const nonce = rng(NONCE_BYTES);
    const record = joined(mustBeId(caseId), casePublicKey);
    return joined(nonce, await gcmSeal(this.#recordKey, nonce, record, this.#recordAad));
  }

  /** Give the case's id and public key, or refuse. */
  async openRecord(sealed: Bytes): Promise<Recorded> {
    const [nonce, ciphertext] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)];
    const record = await gcmOpen(this.#recordKey, nonce, ciphertext, this.#recordAad);
    if (record.length !== ID_BYTES + PUBLIC_KEY_BYTES) throw new DoesNotOpen();
    return { caseId: record.slice(0, ID_BYTES), casePublicKey: record.slice(ID_BYTES) };
  }

  get #recordKey(): Bytes {
    return hkdfExpand(this.#prk, label("amanet/v1/receipt-record"));
  }

  get #recordAad(): Bytes {
    return joined(label("amanet/v1/receipt-record"), this.lookup);
  }
}

/** Give what the database keeps of a withdraw token. */
export function storedWithdrawToken(withdrawToken: Bytes): Bytes {
  return sha256(withdrawToken);
}
