/**
 * What an entry says: a JSON object with `kind` and `at` (section 4), and its padded form.
 *
 * Laws. Unknown names and kinds are kept. What other checks rest on (which teams were named, which blob is meant, which way a
 * message goes) must be there and well formed, both when written and when read.
 */

import { type Bytes, ID_BYTES, isTime, SECRET_BYTES, unb64u } from "./encoding.ts";
import { DoesNotOpen, Misuse } from "./errors.ts";
import { isObject, type Json, type JsonObject, read as readJson, write } from "./json_text.ts";
import { content, isPaddedFor, pad } from "./padding.ts";

export type Plaintext = JsonObject;

const MAX_BYTES = 2 ** 20;

/** `answers` is padded as if it had this much, so that its size does not tell how far a child got. */
const ANSWERS_AT_LEAST = 4092;

/** Write and pad; refuse to write what no reader would accept. */
export function encode(plaintext: Plaintext): Bytes {
  const wrong = fault(plaintext);
  if (wrong !== null) throw new Misuse(wrong);
  if (plaintext["kind"] === "message" && plaintext["message_id"] === undefined) throw new Misuse("the message has no id");
  const raw = write(plaintext);
  if (raw.length > MAX_BYTES) throw new Misuse("longer than 1 MiB");
  return pad(raw, atLeast(plaintext));
}

/** Read what `encode` wrote, or refuse. */
export function decode(padded: Bytes): Plaintext {
  const raw = content(padded);
  const plaintext = read(raw);
  if (fault(plaintext) !== null || !paddingIsRight(padded, raw, plaintext)) throw new DoesNotOpen();
  return plaintext;
}

/** Read a JSON object of at most 1 MiB without asking what it says. */
export function read(raw: Bytes): Plaintext {
  if (raw.length > MAX_BYTES) throw new DoesNotOpen();
  const value = readJson(raw);
  if (!isObject(value)) throw new DoesNotOpen();
  return value;
}

/** Tell whether the padding is what this kind is padded to. */
export function paddingIsRight(padded: Bytes, raw: Bytes, plaintext: Plaintext): boolean {
  return isPaddedFor(padded, raw.length, atLeast(plaintext));
}

/** Say in a plain sentence what is missing or malformed, or null. */
export function fault(plaintext: Plaintext): string | null {
  if (typeof plaintext["kind"] !== "string" || !isTime(plaintext["at"])) return "kind or at is missing";
  switch (plaintext["kind"]) {
    case "opened":
      return areIds(plaintext["team_key_ids"]) ? null : "the teams are not named";
    case "access":
      return isSized(plaintext["key_id"], ID_BYTES) ? null : "the recipient is not named";
    case "attachment":
      return namesABlob(plaintext) ? null : "the attachment is not described";
    case "message":
      return isAddressed(plaintext) ? null : "the message has no direction or a malformed id";
    default:
      return null;
  }
}

function atLeast(plaintext: Plaintext): number {
  return plaintext["kind"] === "answers" ? ANSWERS_AT_LEAST : 0;
}

function isSized(value: unknown, size: number): boolean {
  try {
    unb64u(value, size);
    return true;
  } catch {
    return false;
  }
}

function areIds(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((item) => isSized(item, ID_BYTES));
}

function namesABlob(plaintext: Plaintext): boolean {
  const size = plaintext["size"];
  return (
    isSized(plaintext["blob_id"], ID_BYTES) &&
    isSized(plaintext["key"], SECRET_BYTES) &&
    isSized(plaintext["sha256"], 32) &&
    typeof plaintext["media_type"] === "string" &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0
  );
}

/** A message comes from the reporter or goes to the reporter, never both; `from` an officer is to the reporter. */
function isAddressed(plaintext: Plaintext): boolean {
  const comes = isFromReporter(plaintext);
  const goes = plaintext["to"] === "reporter" || (!comes && typeof plaintext["from"] === "string");
  const hasGoodId = plaintext["message_id"] === undefined || isSized(plaintext["message_id"], ID_BYTES);
  return comes !== goes && hasGoodId;
}

/** Tell which way a message goes. */
export function isFromReporter(message: Plaintext): boolean {
  return message["from"] === "reporter";
}
