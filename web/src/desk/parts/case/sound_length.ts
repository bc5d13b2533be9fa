/**
 * How long a recording would play, counted before anything is decoded: a file of some kilobytes can hold hours of silence, and decoded
 * sound takes four bytes for each of 48,000 samples a second.
 *
 * Laws. Only forms are played whose length follows from their own bytes and from nothing that they claim: Opus in Ogg (RFC 7845), whose
 * packets say how many frames they hold (RFC 6716, part 3.1), and uncompressed WAVE. What claims another length than it holds, or is
 * cut, chained or mixed, has no length here.
 */

export interface SoundLength {
  readonly seconds: number;
  readonly channels: number;
}

/** Seconds of one channel, 350 MB when decoded: half an hour of a voice, a quarter of an hour in stereo. */
export const LONGEST_SOUND = 30 * 60;

const OPUS_RATE = 48_000;
/** Seconds by which the end may be cut, and a clock may differ. */
const SLACK = 2;
/** Bytes of a packet that are looked at: the identification header. */
const HEAD = 19;
const LONGEST_PACKET = 0.12 * OPUS_RATE;

/** The length of a recording, or null where it cannot be known. */
export function soundLength(content: Uint8Array): SoundLength | null {
  try {
    return is(content, 0, "OggS") ? oggLength(content) : is(content, 0, "RIFF") && is(content, 8, "WAVE") ? waveLength(content) : null;
  } catch {
    return null; // it ends in the middle of something
  }
}

/** Minutes that a recording with so many channels may have. */
export const mostMinutes = (channels: number): number => Math.floor(LONGEST_SOUND / channels / 60);

export function isTooLong({ seconds, channels }: SoundLength): boolean {
  return seconds * channels > LONGEST_SOUND;
}

interface Page {
  readonly isFirst: boolean;
  readonly granule: bigint;
  readonly serial: number;
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
}

function* pages(content: Uint8Array): Generator<Page> {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  for (let at = 0; at < content.length; ) {
    const bodyAt = at + 27 + view.getUint8(at + 26);
    const lacing = content.subarray(at + 27, bodyAt);
    const next = bodyAt + lacing.reduce((sum, size) => sum + size, 0);
    if (!is(content, at, "OggS") || view.getUint8(at + 4) !== 0 || next > content.length) throw new RangeError("no page");
    yield {
      isFirst: (view.getUint8(at + 5) & 2) !== 0,
      granule: view.getBigInt64(at + 6, true),
      serial: view.getUint32(at + 14, true),
      lacing,
      body: content.subarray(bodyAt, next),
    };
    at = next;
  }
}

/** The beginning of each packet of the one stream, and how long it is. */
function* packets(content: Uint8Array, end: (granule: bigint) => void): Generator<{ readonly head: Uint8Array; readonly size: number }> {
  let [serial, count, filled, size] = [-1, 0, 0, 0];
  let head = new Uint8Array(HEAD);
  for (const page of pages(content)) {
    if (page.isFirst !== (count === 0) || (count > 0 && page.serial !== serial)) throw new RangeError("more than one stream");
    serial = page.serial;
    count += 1;
    let at = 0;
    for (const lace of page.lacing) {
      const taken = page.body.subarray(at, at + Math.min(lace, HEAD - filled));
      head.set(taken, filled);
      [filled, size, at] = [filled + taken.length, size + lace, at + lace];
      if (lace === 255) continue;
      yield { head: head.subarray(0, filled), size };
      [head, filled, size] = [new Uint8Array(HEAD), 0, 0];
    }
    if (page.granule >= 0n) end(page.granule);
  }
}

function oggLength(content: Uint8Array): SoundLength | null {
  let [number, channels, preSkip, samples, last] = [0, 0, 0, 0, 0];
  for (const { head, size } of packets(content, (granule) => (last = Number(granule)))) {
    if (number === 0) {
      const isOpus = is(head, 0, "OpusHead") && size >= HEAD && (head[8] ?? 0xff) < 16 && head[18] === 0;
      if (!isOpus) return null;
      channels = head[9] ?? 0;
      preSkip = (head[10] ?? 0) + 256 * (head[11] ?? 0);
    } else if (number === 1) {
      if (!is(head, 0, "OpusTags")) return null;
    } else {
      const held = packetSamples(head);
      if (held === null) return null;
      samples += held;
      if (samples > LONGEST_SOUND * OPUS_RATE) return { seconds: samples / OPUS_RATE, channels }; // enough is counted
    }
    number += 1;
  }
  const [held, claimed] = [samples / OPUS_RATE, (last - preSkip) / OPUS_RATE];
  const isSound = (channels === 1 || channels === 2) && samples > 0 && Math.abs(held - claimed) <= SLACK;
  return isSound ? { seconds: held, channels } : null;
}

/** Samples that a packet decodes to, by its first bytes; null for one that no encoder writes. */
function packetSamples(head: Uint8Array): number | null {
  const [toc, second] = [head[0], head[1]];
  if (toc === undefined) return null;
  const config = toc >> 3;
  const frame = config < 12 ? [480, 960, 1920, 2880][config & 3] : config < 16 ? [480, 960][config & 1] : [120, 240, 480, 960][config & 3];
  const frames = [1, 2, 2, second === undefined ? 0 : second & 63][toc & 3] ?? 0;
  const samples = (frame ?? 0) * frames;
  return samples > 0 && samples <= LONGEST_PACKET ? samples : null;
}

/** Integers and floats, one format for the whole file. */
function waveLength(content: Uint8Array): SoundLength | null {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let found: SoundLength | null = null;
  for (let at = 12; !is(content, at, "data"); at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1)) {
    if (!is(content, at, "fmt ")) continue;
    const [format, channels, rate, bits] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint16(at + 22, true)];
    const isPlain = (format === 1 || format === 3) && (channels === 1 || channels === 2) && [8, 16, 24, 32].includes(bits) && rate > 0;
    if (found || !isPlain) return null;
    found = { seconds: content.length / (rate * channels * (bits / 8)), channels };
  }
  return found;
}

function is(content: Uint8Array, at: number, name: string): boolean {
  if (at + name.length > content.length) throw new RangeError("it ends here");
  return String.fromCharCode(...content.subarray(at, at + name.length)) === name;
}
