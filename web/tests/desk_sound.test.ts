/** How long a recording would play is counted before it is decoded, by what it holds and not by what it claims. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { isTooLong, LONGEST_SOUND, mostMinutes, soundLength } from "../src/desk/parts/case/sound_length.ts";

interface Made {
  readonly packets: readonly (readonly number[])[];
  readonly channels?: number;
  readonly family?: number;
  readonly preSkip?: number;
  readonly granule?: number;
  readonly serial?: number;
}

const SILENCE = [0xf8, 0xff, 0xfe];
/** Six frames of 20 ms in two bytes. */
const DENSE = [0xfb, 0x06];
const times = (count: number, packet: readonly number[]) => Array.from({ length: count }, () => packet);
const text = (words: string) => [...words].map((letter) => letter.charCodeAt(0));
const u16 = (n: number) => [n & 255, n >> 8];
const u32 = (n: number) => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];

function page(packets: readonly (readonly number[])[], granule: number, flags: number, serial = 7): number[] {
  const lacing = packets.flatMap((one) => [...times(Math.floor(one.length / 255), [255]).flat(), one.length % 255]);
  return [...text("OggS"), 0, flags, ...u32(granule), 0, 0, 0, 0, ...u32(serial), ...u32(0), ...u32(0), lacing.length, ...lacing, ...packets.flat()];
}

function opus({ packets, channels = 1, family = 0, preSkip = 312, granule, serial = 7 }: Made): Uint8Array {
  const head = [...text("OpusHead"), 1, channels, ...u16(preSkip), ...u32(48000), 0, 0, family];
  const bytes = [...page([head], 0, 2, 7), ...page([[...text("OpusTags"), ...Array.from({ length: 300 }, () => 0)]], 0, 0, 7)];
  for (let at = 0; at < packets.length; at += 200) {
    const isLast = at + 200 >= packets.length;
    bytes.push(...page(packets.slice(at, at + 200), isLast ? (granule ?? packets.length * 960) : 0, isLast ? 4 : 0, serial));
  }
  return Uint8Array.from(bytes);
}

function wave(seconds: number, { rate = 8000, channels = 1, format = 1, bits = 16 } = {}): Uint8Array {
  const data = seconds * rate * channels * (bits / 8);
  const head = [...text("RIFF"), ...u32(36 + data), ...text("WAVEfmt "), ...u32(16), ...u16(format), ...u16(channels), ...u32(rate), ...u32(0), ...u16(0), ...u16(bits), ...text("data"), ...u32(data)];
  const made = new Uint8Array(head.length + data);
  made.set(head);
  return made;
}

test("an honest voice has the length of its packets", () => {
  assert.deepEqual(soundLength(opus({ packets: times(500, SILENCE) })), { seconds: 10, channels: 1 });
  const found = soundLength(wave(2));
  assert.equal(Math.round(found?.seconds ?? 0), 2);
  const within = new Uint8Array(opus({ packets: times(50, SILENCE) }).length + 5);
  within.set(opus({ packets: times(50, SILENCE) }), 5);
  assert.equal(soundLength(within.subarray(5))?.seconds, 1);
});

test("a few bytes that hold hours are too long, whatever they claim", () => {
  const hours = times(60_000, DENSE);
  for (const granule of [hours.length * 5760, 48_000]) {
    const found = soundLength(opus({ packets: hours, granule }));
    assert.ok(found && isTooLong(found));
  }
  assert.equal(soundLength(opus({ packets: times(1000, DENSE), granule: 48_000 })), null);
  assert.equal(soundLength(opus({ packets: times(50, SILENCE), granule: 48_000 * 3600 * 10 })), null);
});

test("half an hour of a voice is played, and half of it in stereo", () => {
  assert.deepEqual([isTooLong({ seconds: LONGEST_SOUND, channels: 1 }), isTooLong({ seconds: LONGEST_SOUND + 1, channels: 1 }), isTooLong({ seconds: LONGEST_SOUND, channels: 2 })], [false, true, true]);
  assert.deepEqual([mostMinutes(1), mostMinutes(2)], [30, 15]);
  const slow = soundLength(wave(10_000, { rate: 1, bits: 8 }));
  assert.ok(slow && isTooLong(slow), "a sample a second is stretched to 48,000");
});

test("what is cut, mixed, chained or strange has no length", () => {
  const voice = opus({ packets: times(50, SILENCE) });
  for (const strange of [
    voice.subarray(0, voice.length - 1),
    voice.subarray(0, 60),
    Uint8Array.from([...voice, 1]),
    Uint8Array.from([...voice, ...voice]),
    opus({ packets: times(50, SILENCE), serial: 8 }),
    opus({ packets: times(50, SILENCE), channels: 3 }),
    opus({ packets: times(50, SILENCE), channels: 0 }),
    opus({ packets: times(50, SILENCE), family: 1 }),
    opus({ packets: [...times(50, SILENCE), []] }),
    opus({ packets: [...times(50, SILENCE), [0xfb]] }),
    opus({ packets: [...times(50, SILENCE), [0xfb, 7]] }),
    opus({ packets: [...times(50, SILENCE), [0xfb, 0]] }),
    opus({ packets: [] }),
    wave(1, { format: 2 }),
    wave(1, { channels: 6 }),
    wave(1).subarray(0, 30),
    Uint8Array.from(text("ID3 and whatever follows it")),
    Uint8Array.from(text("fLaC")),
    new Uint8Array(0),
  ]) {
    assert.equal(soundLength(strange), null);
  }
});
