/**
 * How numbers, labels, bytes and times are written, everywhere in this room.
 *
 * Laws. What is read back is the only spelling of itself: base64url has no padding, no foreign character and zero unused bits;
 * a time is exactly `YYYY-MM-DDTHH:MM:SSZ`, so that times compare as text.
 */

import { DoesNotOpen, Misuse } from "./errors.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Gives that many unpredictable bytes. Always an argument; only a page's root passes `systemRng`. */
export type Rng = (size: number) => Bytes;

/** Length of case, entry, blob, message and officer ids, of key ids and signer ids: 128 bits never meet by chance. */
export const ID_BYTES = 16;

export const SECRET_BYTES = 32;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const FOREIGN = 255;
const VALUES = valuesOf(ALPHABET);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const UTF8 = new TextEncoder();

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(FOREIGN);
  for (let index = 0; index < alphabet.length; index++) values[alphabet.charCodeAt(index)] = index;
  return values;
}

/** Join bytes, the `||` of the specification. */
export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Tell whether two byte strings are the same; for public values, the time it takes tells where they differ. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Give the ASCII bytes of `text` and one zero byte, so that no label is the beginning of another. */
export function label(text: string): Bytes {
  return utf8(`${text}\0`);
}

/** Write text in UTF-8; half a surrogate pair becomes the replacement character. */
export function utf8(text: string): Bytes {
  return UTF8.encode(text);
}

/** Write a number in 4 bytes, big-endian. */
export function u32(number: number): Bytes {
  if (!Number.isInteger(number) || number < 0 || number > 0xffffffff) throw new Misuse("not a number of 4 bytes");
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

/** Write bytes as base64url without padding. */
export function b64u(raw: Uint8Array): string {
  let text = "";
  for (let at = 0; at < raw.length; at += 3) {
    const bits = (raw[at]! << 16) | ((raw[at + 1] ?? 0) << 8) | (raw[at + 2] ?? 0);
    const characters = Math.min(raw.length - at, 3) + 1;
    for (let index = 0; index < characters; index++) text += ALPHABET[(bits >>> (18 - 6 * index)) & 63]!;
  }
  return text;
}

/** Read base64url; refuse every spelling that `b64u` would not have written, and any other size than `size`. */
export function unb64u(text: unknown, size?: number): Bytes {
  if (typeof text !== "string" || text.length % 4 === 1) throw new DoesNotOpen();
  const raw = new Uint8Array(Math.floor((text.length * 3) / 4));
  if (size !== undefined && raw.length !== size) throw new DoesNotOpen();
  let [bits, held, at] = [0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? FOREIGN;
    if (value === FOREIGN) throw new DoesNotOpen();
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      raw[at++] = bits >>> held;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) throw new DoesNotOpen();
  return raw;
}

/** Write unix seconds as a time. */
export function timeText(now: number): string {
  return new Date(now * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Tell whether `value` is a time that exists, in its only spelling. */
export function isTime(value: unknown): value is string {
  if (typeof value !== "string" || !TIME.test(value) || value.startsWith("0000")) return false;
  const moment = Date.parse(value);
  return !Number.isNaN(moment) && timeText(moment / 1000) === value;
}

/** Give back an id; anything but 16 bytes is a caller's mistake. */
export function mustBeId(raw: Bytes): Bytes {
  if (raw.length !== ID_BYTES) throw new Misuse("an id has 16 bytes");
  return raw;
}

/** The randomness of this machine, for the root of a page to pass on. */
export function systemRng(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}
