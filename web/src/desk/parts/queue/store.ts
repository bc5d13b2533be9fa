/**
 * The queue that is shown: fetched, kept fresh by live events, filtered and searched.
 *
 * Laws. A search is answered out of this browser's memory. Rows are taken as the server sends them; events are put in by the same
 * rules. Nothing of it outlives the open desk: what was searched for is somebody's words too.
 */

import { computed, effect, signal } from "@preact/signals";

import * as api from "../../api.ts";
import type { B64u, Row } from "../../api/shapes.ts";
import { setClock } from "../../live.ts";
import type { Found } from "../../search.ts";
import { session } from "../../session.ts";
import { known, searchIndex, warm, WARMED_AT_ONCE } from "../case/store.ts";
import { changed, EVERYTHING, type Filter } from "./rows.ts";

/** Rows of one request: what a phone scrolls through, and what is opened in the background at once. */
const PAGE = WARMED_AT_ONCE;
/** A burst of events is answered by one reading of cases. */
const WARM_AFTER = 300;

export const filter = signal<Filter>(EVERYTHING);
export const rows = signal<readonly Row[]>([]);
export const more = signal(false);
export const isRead = signal(false);
export const selected = signal<B64u | null>(null);
export const question = signal("");

/** What the search finds, by case; null while nothing is asked. Reading `known` renews it when cases are opened. */
export const found = computed<ReadonlyMap<B64u, Found> | null>(() => {
  void known.value;
  const asked = question.value.trim();
  return asked ? new Map(searchIndex.find(asked).map((one) => [one.case_id, one])) : null;
});

/** The rows on the glass: the list, or what was found in it and in every other case that is open here. */
export const shown = computed<readonly Row[]>(() => {
  const hits = found.value;
  if (!hits) return rows.value;
  const inList = rows.value.filter((row) => hits.has(row.case_id));
  const listed = new Set(inList.map((row) => row.case_id));
  const others = [...hits.keys()].filter((id) => !listed.has(id)).map((id) => known.value.get(id)?.json.row);
  return [...inList, ...others.filter((row): row is Row => row !== undefined)];
});

let timer: ReturnType<typeof setTimeout> | undefined;
let asked = 0;

/** Open what is shown, in the background; what is far down the list waits for its turn. */
export function warmSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void warm(rows.value), WARM_AFTER);
}

/** Read the queue anew. An answer that was overtaken by a later question is dropped. */
export async function readQueue(quiet = false): Promise<void> {
  const mine = (asked += 1);
  const page = await api.queue({ ...filter.value, limit: PAGE }, quiet);
  if (mine !== asked) return;
  setClock(page.now);
  rows.value = page.cases;
  more.value = page.more;
  isRead.value = true;
  warmSoon();
}

/** Read the next page. */
export async function readMore(): Promise<void> {
  const last = rows.value.at(-1);
  const mine = asked;
  const page = await api.queue({ ...filter.value, after: last?.case_id ?? null, limit: PAGE });
  if (mine !== asked) return;
  const here = new Set(rows.value.map((row) => row.case_id));
  rows.value = [...rows.value, ...page.cases.filter((row) => !here.has(row.case_id))];
  more.value = page.more;
  warmSoon();
}

export function choose(change: Partial<Filter>): Promise<void> {
  filter.value = { ...filter.value, ...change };
  return readQueue();
}

/** Take in an event; gives the rows that are new to the list, to be announced. */
export function takeIn(event: { readonly cases: readonly Row[]; readonly gone: readonly B64u[] }): readonly Row[] {
  const before = new Set(rows.value.map((row) => row.case_id));
  rows.value = changed(rows.value, event, filter.value, session.me.value?.officer_id ?? "");
  warmSoon();
  return rows.value.filter((row) => !before.has(row.case_id));
}

/** Put in the row that a move gave back. */
export function replaceRow(row: Row): void {
  takeIn({ cases: [row], gone: [] });
}

// Whoever opens the desk next finds neither what was searched for here nor the rows of somebody else.
effect(() => {
  if (session.standing.value === "open") return;
  clearTimeout(timer);
  asked += 1;
  question.value = "";
  filter.value = EVERYTHING;
  rows.value = [];
  more.value = false;
  isRead.value = false;
  selected.value = null;
});
