/**
 * The cases that this browser has opened, in this page's memory and nowhere else.
 *
 * Laws. Everything goes when the desk locks or the officer signs out. A case is opened by the vault, against what this browser
 * remembers of it; what is remembered is only renewed by a list that is not shorter. Drafts live here too: a word that an officer
 * typed is not lost by a lost race, and not kept by the browser.
 */

import { effect, signal } from "@preact/signals";

import * as api from "../../api.ts";
import type { B64u, CaseJson, Row, WaysJson } from "../../api/shapes.ts";
import { chronology, type Chronology } from "../../chronology.ts";
import { SearchIndex, type Passage } from "../../search.ts";
import { session } from "../../session.ts";
import { language, t } from "../../texts.ts";
import { vault } from "../../vault.ts";
import { areas, officerOfSigner, officers, place, teamsOfSigner } from "./around.ts";
import type { Opened } from "./opened.ts";
import { browserShelf } from "../../shelf.ts";
import { recallCase, rememberCase } from "./remembered.ts";

export interface KnownCase {
  readonly json: CaseJson;
  readonly opened: Opened;
  readonly chronology: Chronology;
}

/** A page of the queue; the server's limit for one request. */
export const WARMED_AT_ONCE = 100;

/** Cases opened between two breaths of the page: opening is arithmetic, and typing and scrolling must go on meanwhile. */
const OPENED_TOGETHER = 10;
/** How long opening took, for whoever measures: numbers of cases and milliseconds, in this page's own memory. */
const MEASURE = "cases-opened";

export const known = signal<ReadonlyMap<B64u, KnownCase>>(new Map());
/** False once this browser could not keep what it saw of a case: then missing entries would not be noticed next time. */
export const remembers = signal(true);
export const searchIndex = new SearchIndex();

/** Set by the queue's key for replying: the case opens with the reply box in focus. */
export const wantsReply = signal(false);

export interface Draft {
  readonly reply: string;
  readonly note: string;
}

const NOTHING_YET: Draft = { reply: "", note: "" };
const drafts = signal<ReadonlyMap<B64u, Draft>>(new Map());

export const draftOf = (caseId: B64u): Draft => drafts.value.get(caseId) ?? NOTHING_YET;

export function keepDraft(caseId: B64u, change: Partial<Draft>): void {
  drafts.value = new Map(drafts.value).set(caseId, { ...draftOf(caseId), ...change });
}

/** Open one case anew: what the server has now. */
export async function openCase(caseId: B64u): Promise<KnownCase> {
  const json = await api.oneCase(caseId);
  const start = performance.now();
  let found = await opened(json);
  if (isShut(found)) {
    // The team may have a new key since this page was loaded.
    await session.refresh();
    found = await opened(json);
  }
  measured(start, 1);
  known.value = new Map(known.value).set(caseId, found);
  return found;
}

/** No word of it could be read here. */
function isShut({ opened: { entries } }: KnownCase): boolean {
  return entries.length > 0 && entries.every((entry) => entry.plaintext === null && !entry.erased);
}

let isWarming = false;
let asksAgain: readonly Row[] | null = null;

/** Open the cases of these rows in the background, those that are not open or have grown, so that flags and search have them. */
export async function warm(rows: readonly Row[]): Promise<void> {
  const wanted = rows.filter((row) => !row.erased && known.value.get(row.case_id)?.json.file.entries.length !== row.entries);
  if (isWarming) asksAgain = rows;
  if (isWarming || wanted.length === 0) return;
  isWarming = true;
  await openTogether(wanted.slice(0, WARMED_AT_ONCE).map((row) => row.case_id));
  isWarming = false;
  const next = wanted.length > WARMED_AT_ONCE ? wanted.slice(WARMED_AT_ONCE) : asksAgain;
  asksAgain = null;
  if (next) await warm(next);
}

async function openTogether(caseIds: readonly B64u[]): Promise<void> {
  try {
    const { cases } = await api.manyCases(caseIds);
    const start = performance.now();
    const found = new Map<B64u, KnownCase>();
    for (let at = 0; at < cases.length; at += OPENED_TOGETHER) {
      for (const one of await Promise.all(cases.slice(at, at + OPENED_TOGETHER).map(opened))) found.set(one.json.row.case_id, one);
      await new Promise((breathe) => setTimeout(breathe));
    }
    measured(start, found.size);
    if (session.standing.value === "open") known.value = new Map([...known.value, ...found]);
  } catch {
    // The queue stands without it; the next change of a row tries again.
  }
}

function measured(start: number, cases: number): void {
  performance.clearMeasures(MEASURE);
  performance.measure(MEASURE, { start, detail: cases });
}

async function opened(json: CaseJson): Promise<KnownCase> {
  const { case_id } = json.row;
  const before = recallCase(browserShelf(), case_id);
  const { report, seen } = await vault.openCase(json.file, before ?? undefined);
  if (seen && !rememberCase(browserShelf(), case_id, seen)) remembers.value = false;
  return laidOut(json, report);
}

function laidOut(json: CaseJson, report: Opened): KnownCase {
  const found = chronology(report, {
    t, place, officers: officers.value, officerOfSigner, teamsOfSigner, replies: json.replies, row: json.row, relayKeyId: vault.holding.value?.relayKeyId ?? null,
  });
  searchIndex.put(json.row.case_id, passages(json.row, found));
  return { json, opened: report, chronology: found };
}

function passages(row: Row, found: Chronology): readonly Passage[] {
  const said = found.items.flatMap(({ said: one }): Passage[] => {
    switch (one.kind) {
      case "words":
      case "note":
      case "message":
        return [{ where: one.kind, text: one.text }];
      case "answers":
        return one.items.map((item) => ({ where: "answer", text: `${item.question} ${item.answers.join(", ")}` }));
      default:
        return [];
    }
  });
  const area = found.area === null ? [] : [{ where: "area" as const, text: place(found.area) }];
  return [{ where: "designation", text: row.designation }, ...area, ...said];
}

/** Take in the row that a move gave back. */
export function renewRow(row: Row): void {
  const before = known.value.get(row.case_id);
  if (before) known.value = new Map(known.value).set(row.case_id, { ...before, json: { ...before.json, row } });
}

/** Take in what became of the messages of a case, and whether the ways to its reporter are kept. */
export function renewWays(caseId: B64u, { replies, reply_to }: WaysJson): void {
  const before = known.value.get(caseId);
  if (!before || same(before.json, { replies, reply_to })) return;
  known.value = new Map(known.value).set(caseId, laidOut({ ...before.json, replies, reply_to }, before.opened));
}

const same = (one: WaysJson, other: WaysJson): boolean =>
  JSON.stringify([one.replies, one.reply_to]) === JSON.stringify([other.replies, other.reply_to]);

/** Forget a case that is no longer ours. */
export function letGo(caseId: B64u): void {
  vault.forgetCase(caseId);
  searchIndex.remove(caseId);
  const rest = new Map(known.value);
  rest.delete(caseId);
  known.value = rest;
}

function forgetAll(): void {
  searchIndex.clear();
  known.value = new Map();
  drafts.value = new Map();
}

// As long as this page lives, on whichever page of the desk the officer is: nothing of a case outlives the open desk.
effect(() => {
  if (session.standing.value !== "open") forgetAll();
});
// What is worded follows the language and the lists.
effect(() => {
  void [language.value, areas.value, officers.value];
  known.value = new Map([...known.peek()].map(([id, one]) => [id, laidOut(one.json, one.opened)]));
});
