/**
 * How sizes are hidden (section 4, and section 5 for Padmé).
 *
 * padded: `u32(length) || plaintext || zeros`.
 * Laws. A reader refuses every length that a writer would not have made, and padding that is not zeros.
 */

import { type Bytes, joined, u32 } from "./encoding.ts";
import { DoesNotOpen } from "./errors.ts";

const BLOCK = 512;

/** Up to here sizes are rounded to blocks; above, Padmé costs at most 12 % and leaves few distinct sizes. */
const FINE_UP_TO = 8192;

/** Round up so that only the leading bits of a length can be seen; E = floor(log2(length)), S = bit length of E. */
export function padme(length: number): number {
  const e = bitLength(length) - 1;
  const step = 2 ** (e - bitLength(e));
  // by division, since files may be longer than the 32 bits that shifts know
  return Math.ceil(length / step) * step;
}

function bitLength(number: number): number {
  let bits = 0;
  for (let rest = number; rest >= 1; rest /= 2) bits++;
  return bits;
}

/** Give the size that a plaintext of `length` bytes is padded to. */
export function paddedLength(length: number): number {
  const whole = 4 + length;
  return whole <= FINE_UP_TO ? Math.ceil(whole / BLOCK) * BLOCK : padme(whole);
}

/** Pad as if the plaintext had at least `atLeast` bytes. */
export function pad(plaintext: Bytes, atLeast = 0): Bytes {
  const padded = new Uint8Array(paddedLength(Math.max(plaintext.length, atLeast)));
  padded.set(joined(u32(plaintext.length), plaintext));
  return padded;
}

/** Give the plaintext that `pad` was given, or refuse. */
export function unpad(padded: Bytes, atLeast = 0): Bytes {
  const plaintext = content(padded);
  if (!isPaddedFor(padded, plaintext.length, atLeast)) throw new DoesNotOpen();
  return plaintext;
}

/** Give the plaintext whose padding is zeros; whether it was padded to the right size is `isPaddedFor`'s to say. */
export function content(padded: Bytes): Bytes {
  if (padded.length < BLOCK) throw new DoesNotOpen();
  const end = 4 + new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (padded.length < end || !isZeros(padded.subarray(end))) throw new DoesNotOpen();
  return padded.subarray(4, end);
}

/** Tell whether a plaintext of `length` bytes is padded to the size that `pad` would give. */
export function isPaddedFor(padded: Bytes, length: number, atLeast = 0): boolean {
  return padded.length === paddedLength(Math.max(length, atLeast));
}

/** Tell whether there is nothing but zeros. */
export function isZeros(raw: Uint8Array): boolean {
  return raw.every((byte) => byte === 0);
}
