/** What opening a case gives: the report `amanet-opened/1` of SEALING.md section 9, as this desk reads it. */

import type { B64u, Unix } from "../../api/shapes.ts";

export type Plaintext = Readonly<Record<string, unknown>>;

export interface OpenedEntry {
  readonly seq: number | null;
  readonly entry_id: B64u | null;
  readonly author: B64u | null;
  readonly role: "intake" | "officer" | null;
  readonly plaintext: Plaintext | null;
  readonly broken: readonly string[];
  readonly erased?: boolean;
  /** When the author left, if they did. */
  readonly left?: string;
}

export interface Break {
  readonly where: string;
  readonly reason: string;
  readonly detail: string;
}

export interface Opened {
  readonly ok: boolean;
  readonly case_id: B64u | null;
  readonly entries: readonly OpenedEntry[];
  readonly broken: readonly Break[];
}

/** What this browser knows of a case from before: how many entries it saw, and the hash of the last. */
export interface Remembered {
  readonly entries: number;
  readonly lastHash: B64u;
}

/** The time of an entry as a number; null where it has none that is one. */
export function entryTime(plaintext: Plaintext | null): Unix | null {
  const at = plaintext?.["at"];
  if (typeof at !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at)) return null;
  const time = Date.parse(at);
  return Number.isNaN(time) ? null : time / 1000;
}

/** A member of a plaintext if it is text. Whoever wrote an entry may have put anything there. */
export function textOf(plaintext: Plaintext | null, name: string): string | null {
  const value = plaintext?.[name];
  return typeof value === "string" ? value : null;
}
