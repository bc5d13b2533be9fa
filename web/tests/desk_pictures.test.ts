/** A picture is shown only if its own header says that it fits into a telephone's memory. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { pictureType } from "../src/desk/parts/case/bytes.ts";

const read = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));
const PNG = read("iVBORw0KGgoAAAANSUhEUgAAACUAAAAVCAYAAADB5CeuAAAARElEQVR4AezSsQ0AMAwCQZT9d47tDb6keCnpKNCZl+S3/Su1nbqepeg9lFKKCtCcm1KKCtCcm1KKCtCcm1KKCtBc5aYGAAD//xiwM1kAAAAGSURBVAMAuqYlBhjIkZAAAAAASUVORK5CYII=");
/** Its segments before the frame: JFIF and quantization. */
const JPEG = read("/9j/4AAQSkZJRgABAQAAAQABAAD/2wAEAAD/wAARCAAVACUDASIAAhEBAxEB");
const WEBP_VP8 = read("UklGRgAAAABXRUJQVlA4ICgAAADwAgCdASolABUAPzmcxluvKyekJWgB4CcJaQAAKUNt8AD+73JAAAAA");
const WEBP_VP8L = read("UklGRgAAAABXRUJQVlA4TA4AAAAvJAAFAAcQEf0PRET/Aw==");
const WEBP_VP8X = read("UklGRgAAAABXRUJQVlA4WAoAAAAgAAAAJAAAFAAA");

function changed(picture: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = picture.slice();
  copy.set(bytes, at);
  return copy;
}

test("pictures of every kind that is shown are known by their own bytes", () => {
  assert.equal(pictureType(PNG), "image/png");
  assert.equal(pictureType(JPEG), "image/jpeg");
  for (const webp of [WEBP_VP8, WEBP_VP8L, WEBP_VP8X]) assert.equal(pictureType(webp), "image/webp");
  // As part of a larger memory, the way a decrypted file comes.
  const within = new Uint8Array(PNG.length + 7);
  within.set(PNG, 7);
  assert.equal(pictureType(within.subarray(7)), "image/png");
});

test("a small file that claims a huge picture is not drawn", () => {
  const frame = JPEG.indexOf(0xc0);
  for (const bomb of [
    changed(PNG, 16, 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30),
    changed(PNG, 16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    changed(JPEG, frame + 4, 0xff, 0xff, 0xff, 0xff),
    changed(WEBP_VP8, 26, 0xff, 0x3f, 0xff, 0x3f),
    changed(WEBP_VP8L, 21, 0xff, 0xff, 0xff, 0x0f),
    changed(WEBP_VP8X, 24, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  ]) assert.equal(pictureType(bomb), null);
});

test("a picture whose size cannot be read, or that has none, is not drawn", () => {
  for (const odd of [
    PNG.slice(0, 12), JPEG.slice(0, 20), WEBP_VP8.slice(0, 24), changed(WEBP_VP8, 15, 0x5a), changed(PNG, 16, 0, 0, 0, 0),
    changed(JPEG, 4, 0xff, 0xff), Uint8Array.from([0xff, 0xd8, 0xff, 0xff, 0xff, 0xff]), Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]),
    new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'/>"), new Uint8Array(0),
  ]) assert.equal(pictureType(odd), null);
});
