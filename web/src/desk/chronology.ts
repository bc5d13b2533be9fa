/**
 * The chronology of a case: everything that was written, in order, each with who wrote it and whether that is sure; and what the
 * entries together say about urgency, area and links.
 *
 * Laws. The entries are what counts; the server's row is an index, and where it says something else that is a break. Nothing is
 * skipped: an entry of a kind that is not known is shown as it stands.
 */

import type { B64u, OfficerJson, ReplyState, Row, Unix, Urgency } from "./api/shapes.ts";
import { answered, registerOf, whoIs, type Answered, type Register, type Who } from "./parts/case/answers.ts";
import { entryTime, textOf, type Break, type Opened, type OpenedEntry, type Plaintext } from "./parts/case/opened.ts";

export type Translate = (msgid: string, values?: Readonly<Record<string, string | number>>) => string;

export interface Author {
  /** The reporter's words arrive through intake, which signs that they were received. */
  readonly role: "reporter" | "intake" | "officer" | "unknown";
  readonly name: string | null;
  /** That of an officer: officer or supervisor, where the server still lists them. */
  readonly rank: string | null;
  readonly left: boolean;
}

export interface Attachment {
  readonly blob_id: B64u;
  readonly size: number;
  readonly media_type: string;
}

export type Said =
  | { readonly kind: "opened"; readonly reason: string | null; readonly channel: string | null; readonly language: string | null; readonly urgency: string | null; readonly area: string | null }
  | { readonly kind: "answers"; readonly items: readonly Answered[] }
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "message"; readonly text: string; readonly toReporter: boolean; readonly message_id: B64u | null; readonly sent: readonly Sent[] }
  | { readonly kind: "attachment"; readonly attachment: Attachment; readonly plaintext: Plaintext }
  | { readonly kind: "urgency"; readonly urgency: string; readonly reason: string | null; readonly byRule: boolean }
  | { readonly kind: "area"; readonly area: string }
  | { readonly kind: "access"; readonly key_id: B64u }
  | { readonly kind: "status"; readonly status: string; readonly plaintext: Plaintext }
  | { readonly kind: "erased" }
  | { readonly kind: "closed" }
  | { readonly kind: "strange"; readonly json: string };

/** What became of a message on one of its ways. */
export interface Sent {
  readonly way: "chat" | "code";
  readonly state: ReplyState;
  readonly at: Unix;
}

export interface Item {
  readonly key: string;
  readonly seq: number | null;
  readonly at: Unix | null;
  readonly author: Author;
  readonly said: Said;
  readonly broken: readonly string[];
  /** Written on the sealed page: not even intake read it. */
  readonly viaPage: boolean;
}

export interface Link {
  readonly case_id: B64u;
  readonly designation: string;
  readonly why: "reporter" | "matter";
}

export interface Chronology {
  readonly items: readonly Item[];
  readonly urgency: Urgency | null;
  readonly area: string | null;
  readonly language: string | null;
  readonly age: string | null;
  /** How the reporter is addressed. */
  readonly register: Register;
  readonly danger: boolean;
  readonly links: readonly Link[];
  readonly warnings: readonly Break[];
}

export interface Surroundings {
  readonly t: Translate;
  readonly place: (code: string) => string;
  readonly officers: readonly OfficerJson[];
  /** Which officer signs as whom, out of the directory. */
  readonly officerOfSigner: (signerId: B64u) => B64u | null;
  readonly replies: readonly { readonly message_id: B64u; readonly recipient: string; readonly state: ReplyState; readonly at: Unix }[];
  readonly row: Row | null;
  /** The teams that a signer belongs or belonged to, out of the directory. */
  readonly teamsOfSigner: (signerId: B64u) => readonly string[];
  /** Replies to the chat are sealed to this key; the others to a receipt's mailbox. */
  readonly relayKeyId: B64u | null;
}

const FROM_REPORTER = new Set(["answers", "answer", "narrative", "attachment"]);
const URGENCIES = new Set(["P0", "P1", "P2", "P3"]);
const DANGER = new Map([["danger_now", "yes"], ["when_last", "now"], ["hurt", "badly"]]);

/** Lay out a case that was opened. */
export function chronology(opened: Opened, around: Surroundings): Chronology {
  const plaintexts = opened.entries.map((entry) => entry.plaintext);
  const given = allAnswers(plaintexts);
  const who = whoIs(given.get("who"));
  const area = lastText(plaintexts, "area", "area");
  const urgency = lastText(plaintexts, "urgency", "urgency");
  const found = {
    urgency: urgency !== null && URGENCIES.has(urgency) ? (urgency as Urgency) : null,
    area,
    language: textOf(plaintexts[0] ?? null, "language"),
    age: textOf({ age: given.get("age_band") }, "age"),
    register: registerOf(given.get("who"), given.get("age_band")),
    danger: [...DANGER].some(([step, code]) => given.get(step) === code) || given.has("risks_confirmed"),
    links: standingLinks(plaintexts),
  };
  const shutOut = shutOutSince(opened, around);
  const items = opened.entries.map((entry, index) => item(shutOut.has(index) ? { ...entry, broken: [...entry.broken, SHUT_OUT] } : entry, index, who, around));
  return { ...found, items, warnings: [...opened.broken, ...disagreements(found, opened, around.row)] };
}

/** Not a break: what stands at an entry whose author's team was shut out later. */
export const SHUT_OUT = "shut-out";

/** Entries of officers whose team was shut out by a later, unbroken entry, and who have no other way into the case now. */
function shutOutSince(opened: Opened, around: Surroundings): ReadonlySet<number> {
  const found = new Set<number>();
  opened.entries.forEach((entry, index) => {
    if (entry.role !== "officer" || entry.author === null) return;
    const teams = around.teamsOfSigner(entry.author);
    const later = opened.entries.slice(index).filter((one) => one.role === "officer" && one.broken.length === 0);
    const isShut = (team: string) => later.some(({ plaintext }) => textOf(plaintext, "status") === SHUT_OUT && textOf(plaintext, "team_id") === team);
    if (teams.some(isShut) && !teams.some((team) => around.row?.team_ids.includes(team))) found.add(index);
  });
  return found;
}

function item(entry: OpenedEntry, index: number, who: Who, around: Surroundings): Item {
  return {
    key: `${index}-${entry.entry_id ?? ""}`,
    seq: entry.seq,
    at: entryTime(entry.plaintext),
    author: author(entry, around),
    said: said(entry, who, around),
    broken: entry.broken,
    viaPage: entry.plaintext?.["via"] === "page",
  };
}

function author(entry: OpenedEntry, { officers, officerOfSigner }: Surroundings): Author {
  const kind = textOf(entry.plaintext, "kind") ?? "";
  if (entry.role === "intake") {
    const isTold = FROM_REPORTER.has(kind) || kind === "message";
    return { role: isTold ? "reporter" : "intake", name: null, rank: null, left: entry.left !== undefined };
  }
  if (entry.role !== "officer" || entry.author === null) return { role: "unknown", name: null, rank: null, left: false };
  const id = officerOfSigner(entry.author);
  const officer = officers.find((one) => one.officer_id === id);
  return {
    role: "officer",
    name: officer?.name ?? null,
    rank: officer?.role ?? null,
    left: entry.left !== undefined || officer?.active === false,
  };
}

function said(entry: OpenedEntry, who: Who, around: Surroundings): Said {
  const plaintext = entry.plaintext;
  if (plaintext === null) return { kind: entry.erased ? "erased" : "closed" };
  return known(plaintext, entry, who, around) ?? { kind: "strange", json: JSON.stringify(plaintext) };
}

function known(plaintext: Plaintext, entry: OpenedEntry, who: Who, around: Surroundings): Said | null {
  const text = textOf(plaintext, "text");
  const wording = { t: around.t, place: around.place, who };
  switch (plaintext["kind"]) {
    case "opened":
      return {
        kind: "opened", reason: textOf(plaintext, "reason"), channel: textOf(plaintext, "channel"), language: textOf(plaintext, "language"),
        urgency: textOf(plaintext, "urgency"), area: textOf(plaintext, "area"),
      };
    case "answers":
      return { kind: "answers", items: pairs(plaintext).map(([step, value]) => answered(step, value, wording)) };
    case "answer":
      return { kind: "answers", items: [...pairs({ items: [plaintext] }), ...hours(plaintext)].map(([step, value]) => answered(step, value, wording)) };
    case "narrative":
      return text === null ? null : { kind: "words", text };
    case "note":
      return text === null ? null : { kind: "note", text };
    case "message":
      return text === null ? null : message(plaintext, text, around);
    case "attachment":
      return attachment(plaintext);
    default:
      return moved(plaintext, entry);
  }
}

function moved(plaintext: Plaintext, entry: OpenedEntry): Said | null {
  const value = (name: string) => textOf(plaintext, name);
  switch (plaintext["kind"]) {
    case "urgency":
      return { kind: "urgency", urgency: value("urgency") ?? "?", reason: value("reason"), byRule: entry.role === "intake" };
    case "area":
      return { kind: "area", area: value("area") ?? "?" };
    case "access":
      return { kind: "access", key_id: value("key_id") ?? "?" };
    case "status":
      return { kind: "status", status: value("status") ?? (plaintext["linked"] ? "linked" : plaintext["unlinked"] ? "unlinked" : "?"), plaintext };
    default:
      return null;
  }
}

function message(plaintext: Plaintext, text: string, { replies, relayKeyId }: Surroundings): Said {
  const id = textOf(plaintext, "message_id");
  const sent = replies
    .filter((one) => id !== null && one.message_id === id)
    .map(({ recipient, state, at }): Sent => ({ way: recipient === "relay" || recipient === relayKeyId ? "chat" : "code", state, at }));
  return { kind: "message", text, toReporter: plaintext["from"] !== "reporter", message_id: id, sent };
}

function attachment(plaintext: Plaintext): Said | null {
  const blob_id = textOf(plaintext, "blob_id");
  const media_type = textOf(plaintext, "media_type");
  const size = plaintext["size"];
  if (blob_id === null || media_type === null || typeof size !== "number") return null;
  return { kind: "attachment", attachment: { blob_id, media_type, size }, plaintext };
}

/** The steps and values of an entry of answers; whatever else lies there is passed over, the entry is still shown. */
function pairs(plaintext: Plaintext): readonly [string, unknown][] {
  const items = plaintext["items"];
  if (!Array.isArray(items)) return [];
  return items.flatMap((one: unknown): [string, unknown][] => {
    const step = typeof one === "object" && one !== null ? textOf(one as Plaintext, "step") : null;
    return step === null ? [] : [[step, (one as Plaintext)["value"]]];
  });
}

/** `contact` also says when it is safe to write. */
function hours(plaintext: Plaintext): readonly [string, unknown][] {
  return textOf(plaintext, "hours") === null || plaintext["step"] === "hours" ? [] : [["hours", plaintext["hours"]]];
}

/** Every answer, a later one in place of an earlier one. */
function allAnswers(plaintexts: readonly (Plaintext | null)[]): ReadonlyMap<string, unknown> {
  const given = new Map<string, unknown>();
  for (const plaintext of plaintexts) {
    if (plaintext?.["kind"] === "answers") for (const [step, value] of pairs(plaintext)) given.set(step, value);
    if (plaintext?.["kind"] === "answer") for (const [step, value] of pairs({ items: [plaintext] })) given.set(step, value);
  }
  return given;
}

function lastText(plaintexts: readonly (Plaintext | null)[], kind: string, name: string): string | null {
  return plaintexts.reduce<string | null>((last, one) => {
    const counts = one?.["kind"] === kind || one?.["kind"] === "opened";
    return (counts ? textOf(one, name) : null) ?? last;
  }, null);
}

/** The links that were made and not taken back. */
function standingLinks(plaintexts: readonly (Plaintext | null)[]): readonly Link[] {
  const links = new Map<B64u, Link>();
  for (const one of plaintexts) {
    if (one?.["kind"] !== "status") continue;
    const linked = textOf(one, "linked");
    const unlinked = textOf(one, "unlinked");
    if (linked) links.set(linked, { case_id: linked, designation: textOf(one, "designation") ?? "?", why: one["why"] === "reporter" ? "reporter" : "matter" });
    if (unlinked) links.delete(unlinked);
  }
  return [...links.values()];
}

/** Where the server's row says something else than the entries. Only when every entry was opened: else the entries may be older. */
function disagreements(found: Pick<Chronology, "urgency" | "area">, opened: Opened, row: Row | null): readonly Break[] {
  const isWhole = opened.entries.length > 0 && opened.entries.every((entry) => entry.plaintext !== null);
  if (row === null || !isWhole || row.entries !== opened.entries.length) return [];
  const differs = [
    ...(found.urgency !== row.urgency ? ["urgency"] : []),
    ...(found.area !== row.area ? ["area"] : []),
  ];
  return differs.map((detail) => ({ where: "row", reason: "disagrees", detail }));
}
