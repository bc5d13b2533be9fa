/**
 * JSON as this room reads and writes it.
 *
 * Laws. What comes from outside is read strictly: UTF-8, no name twice, no number that JSON does not have, no nesting that could
 * exhaust the reader; anything else does not open. The canonical form (RFC 8785) is for what is signed.
 */

import { type Bytes, utf8 } from "./encoding.ts";
import { DoesNotOpen, Misuse } from "./errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Deeper than anything written here, and far from what would exhaust the stack of whoever prints it again. */
export const MAX_DEPTH = 100;

const NOT_ASCII = /[^ -~]/g;
const HALF_A_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Tell whether `value` is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Write compact JSON. Half a surrogate pair, which messengers do cut, is escaped: the words around it must not be lost. */
export function write(value: Json): Bytes {
  if (isDeeperThan(value, MAX_DEPTH)) throw new Misuse("nested too deeply");
  if (!isFinite(value)) throw new Misuse("this is not JSON");
  const text = JSON.stringify(value);
  if (text === undefined) throw new Misuse("this is not JSON");
  return utf8(holdsHalfAPair(value) ? text.replace(NOT_ASCII, escaped) : text);
}

/** Read JSON strictly, or refuse. */
export function read(raw: Uint8Array): Json {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
    const value = JSON.parse(text) as Json;
    mustNotRepeat(text);
    if (isFinite(value)) return value;
  } catch {
    // one refusal, whatever was wrong
  }
  throw new DoesNotOpen();
}

/** Write the canonical form (RFC 8785), for values whose only numbers are integers below 2^53. */
export function canonical(value: Json): Bytes {
  if (holdsHalfAPair(value)) throw new Misuse("half a surrogate pair has no canonical form");
  return utf8(canonicalText(value, MAX_DEPTH));
}

function canonicalText(value: Json, depth: number): string {
  if (depth === 0) throw new Misuse("nested too deeply");
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Misuse("this has no canonical form here");
    return String(value);
  }
  if (isList(value)) return `[${value.map((item) => canonicalText(item, depth - 1)).join(",")}]`;
  // the default order of `sort` is that of UTF-16 code units, which section 3.2.3 asks for
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name]!, depth - 1)}`).join(",")}}`;
}

/** Walk over text that is known to be JSON; throw where a name stands twice in one object or the nesting is too deep. */
function mustNotRepeat(text: string): void {
  const within: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
      case "[":
        within.push(text[at] === "{" ? new Set() : null);
        if (within.length > MAX_DEPTH) throw new DoesNotOpen();
        break;
      case "}":
      case "]":
        within.pop();
        break;
      case '"': {
        const end = endOfString(text, at);
        const names = within.at(-1);
        if (names && isFollowedByColon(text, end)) {
          const name = JSON.parse(text.slice(at, end)) as string;
          if (names.has(name)) throw new DoesNotOpen();
          names.add(name);
        }
        at = end - 1;
        break;
      }
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\n" || text[at] === "\r") at++;
  return text[at] === ":";
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function inner(value: Json): readonly Json[] {
  if (typeof value !== "object" || value === null) return [];
  return isList(value) ? value : Object.values(value);
}

function isFinite(value: Json): boolean {
  return typeof value === "number" ? Number.isFinite(value) : inner(value).every(isFinite);
}

function holdsHalfAPair(value: Json): boolean {
  if (typeof value === "string") return HALF_A_PAIR.test(value);
  return inner(value).some(holdsHalfAPair) || (isObject(value) && Object.keys(value).some(holdsHalfAPair));
}

function isDeeperThan(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || inner(value).some((item) => isDeeperThan(item, depth - 1));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
