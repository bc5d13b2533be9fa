/**
 * What an attachment may become on the glass.
 *
 * Laws. What a file is, is decided by its own first bytes and never by what was said of it. Only three kinds of pictures are shown, as
 * `data:` addresses within a bound; sound is decoded, never given to an element; everything else can only be saved, as bytes without a
 * type, so that no file ever runs as a page of this desk. SVG is not a picture here: it is a document with scripts.
 */

/** A picture beyond this is saved instead: as an address it would take a phone's memory four times over. */
export const LARGEST_PICTURE = 8 * 1024 * 1024;
/** Pixels of a picture that is shown: a telephone's camera gives 50 million. A small file can claim many more, and each takes four bytes. */
export const MOST_PIXELS = 64_000_000;
/** What is read to count how long it plays. */
export const LARGEST_SOUND = 20 * 1024 * 1024;

export type PictureType = "image/jpeg" | "image/png" | "image/webp";

export type Shape = "picture" | "sound" | "other";

const JPEG = [0xff, 0xd8, 0xff];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The type of a picture that may be shown; null for everything else, also for a picture that would fill the memory. */
export function pictureType(content: Uint8Array): PictureType | null {
  if (content.length > LARGEST_PICTURE) return null;
  const type = typeByBytes(content);
  const pixels = type && pixelsOf(content, type);
  return pixels && pixels <= MOST_PIXELS ? type : null;
}

function typeByBytes(content: Uint8Array): PictureType | null {
  if (begins(content, JPEG)) return "image/jpeg";
  if (begins(content, PNG)) return "image/png";
  return ascii(content, 0, 4) === "RIFF" && ascii(content, 8, 12) === "WEBP" ? "image/webp" : null;
}

/** How many pixels a picture says it has, by its own header; 0 where that cannot be read. */
function pixelsOf(content: Uint8Array, type: PictureType): number {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  try {
    if (type === "image/png") return view.getUint32(16) * view.getUint32(20);
    return type === "image/jpeg" ? jpegPixels(view) : webpPixels(view, ascii(content, 12, 16));
  } catch {
    return 0;
  }
}

/** Walks over the segments to the frame, which names height and width. */
function jpegPixels(view: DataView): number {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return view.getUint16(at + 5) * view.getUint16(at + 7);
    } else at += 2 + view.getUint16(at + 2);
  }
  return 0;
}

/** The three forms of WebP; an animated or transparent one names the size of its whole area. */
function webpPixels(view: DataView, form: string): number {
  if (form === "VP8 ") return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
  if (form === "VP8L") {
    const bits = view.getUint32(21, true);
    return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
  }
  const three = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000 + 1;
  return form === "VP8X" ? three(24) * three(27) : 0;
}

/** What the sender said it is, to choose the words of its button before it is fetched. */
export function announcedShape(mediaType: string): Shape {
  if (mediaType.startsWith("image/") && !mediaType.includes("svg")) return "picture";
  return mediaType.startsWith("audio/") ? "sound" : "other";
}

export function dataAddress(content: Uint8Array, type: string): string {
  let text = "";
  const STEP = 0x8000; // fromCharCode takes its arguments from the stack
  for (let at = 0; at < content.length; at += STEP) text += String.fromCharCode(...content.subarray(at, at + STEP));
  return `data:${type};base64,${btoa(text)}`;
}

/** A size as a person says it. */
export function sizeText(size: number): string {
  return size < 1024 * 1024 ? `${Math.max(1, Math.round(size / 1024))} kB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}

/** A time within a recording. */
export function playTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function begins(content: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => content[at] === byte);
}

function ascii(content: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...content.subarray(from, to));
}
