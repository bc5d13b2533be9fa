/**
 * What the desk writes into a case: the plaintexts of its entries.
 *
 * Law. A note and a message are of different types and made by different functions. What is sealed for the reporter is only ever a
 * `MessageToReporter`, which cannot be made out of a note.
 */

import type { B64u, Unix, Urgency } from "../../api/shapes.ts";
import type { Plaintext } from "../../../sealing/plaintext.ts";

declare const forReporter: unique symbol;
declare const within: unique symbol;

export type MessageToReporter = Plaintext & { readonly [forReporter]: true; readonly message_id: B64u };
export type Internal = Plaintext & { readonly [within]: true };

/** Longest text of an officer: the engine's own limit of words is far below it, and an entry holds one MiB. */
export const LONGEST_TEXT = 8000;

export const OUTCOMES = ["helped", "referred", "not_reached", "withdrawn", "duplicate", "outside", "not_genuine", "other"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Another service has the case now. */
export const referred = (text: string, now: Unix): Internal => status("referred", now, { note: text });

/** A time as entries have it. */
export function timeText(at: Unix): string {
  return new Date(at * 1000).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function message(text: string, message_id: B64u, now: Unix): MessageToReporter {
  return { kind: "message", at: timeText(now), to: "reporter", message_id, text } as unknown as MessageToReporter;
}

export const note = (text: string, now: Unix): Internal => made({ kind: "note", text }, now);
export const urgency = (level: Urgency, reason: string, now: Unix): Internal => made({ kind: "urgency", urgency: level, reason }, now);
export const area = (code: string, now: Unix): Internal => made({ kind: "area", area: code }, now);
export const access = (key_id: B64u, now: Unix): Internal => made({ kind: "access", key_id }, now);
export const status = (name: string, now: Unix, more: Plaintext = {}): Internal => made({ kind: "status", status: name, ...more }, now);
export const linked = (case_id: B64u, designation: string, why: "reporter" | "matter", now: Unix): Internal =>
  status("linked", now, { linked: case_id, designation, why });
export const unlinked = (case_id: B64u, designation: string, now: Unix): Internal => status("unlinked", now, { unlinked: case_id, designation });
export const closed = (outcome: Outcome, text: string, now: Unix): Internal => status("closed", now, { outcome, ...(text ? { note: text } : {}) });

function made(plaintext: Plaintext, now: Unix): Internal {
  return { ...plaintext, at: timeText(now) } as unknown as Internal;
}

/** Refuse to send what is not a message to the reporter: the type says so, and so does this, where the type was got around. */
export function mustBeForReporter(plaintext: MessageToReporter): void {
  const { kind, to } = plaintext as Plaintext;
  if (kind !== "message" || to !== "reporter") throw new Error("only a message to the reporter is sent");
}
