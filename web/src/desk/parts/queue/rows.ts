/**
 * The rows of the queue: order, filters, what the live events change, and the clock to the target.
 *
 * Laws. Most urgent first, then whoever waits longest: the same order as the server's, so that a row that comes in by an event stands
 * where a reload would put it. A row is taken as it came; nothing here decides who may see it.
 */

import type { B64u, QueueState, Row, Unix, Urgency } from "../../api/shapes.ts";
import type { Translate } from "../../chronology.ts";

export interface Filter {
  readonly team: string | null;
  readonly state: QueueState | null;
  readonly urgency: Urgency | null;
}

export const EVERYTHING: Filter = { team: null, state: null, urgency: null };

export const URGENCIES: readonly Urgency[] = ["P0", "P1", "P2", "P3"];

/** Whether the case can be taken: nobody has it here. The button and the key ask the same. */
export const canTake = (row: Row): boolean => row.state === "new" || row.state === "referred";

/** Since when somebody waits; whoever waits for nobody comes last in their hour. */
const waits = (row: Row): number => row.waiting_since ?? Number.MAX_SAFE_INTEGER;

/** Put rows in order: by the hour as the server does, and within it by who waits. */
export function ordered(rows: Iterable<Row>): readonly Row[] {
  return [...rows].sort(
    (a, b) =>
      URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) ||
      a.opened_hour - b.opened_hour ||
      waits(a) - waits(b) ||
      (a.case_id < b.case_id ? -1 : 1),
  );
}

/** Whether a row stands in this list: the server's own rule, for rows that an event brings. */
export function belongs(row: Row, filter: Filter, me: B64u): boolean {
  if (filter.team !== null && !row.team_ids.includes(filter.team)) return false;
  if (filter.urgency !== null && row.urgency !== filter.urgency) return false;
  // What rings is never out of sight, whoever put it off.
  const isSnoozed = row.snoozed_until !== null && !row.ringing;
  switch (filter.state) {
    case "snoozed":
      return isSnoozed;
    case "closed":
      return row.state === "closed" || row.state === "withdrawn";
    case "referred":
      return row.state === "referred" && !isSnoozed;
    case "waiting":
      return row.state === "new" && !isSnoozed;
    case "taken":
      return row.state === "taken" && !isSnoozed;
    case "mine":
      return row.state === "taken" && row.taken_by === me && !isSnoozed;
    case null:
      return row.state !== "closed" && row.state !== "withdrawn" && !isSnoozed;
  }
}

/** The rows after an event. */
export function changed(
  rows: readonly Row[], event: { readonly cases: readonly Row[]; readonly gone: readonly B64u[] }, filter: Filter, me: B64u,
): readonly Row[] {
  const byId = new Map(rows.map((row) => [row.case_id, row]));
  for (const id of event.gone) byId.delete(id);
  for (const row of event.cases) {
    if (belongs(row, filter, me)) byId.set(row.case_id, row);
    else byId.delete(row.case_id);
  }
  return ordered(byId.values());
}

export interface Clock {
  readonly text: string;
  readonly tone: "calm" | "soon" | "late" | "kept";
}

/** Before the target, how close counts as soon: a fifth of what was given is not known here, so ten minutes, the time to open and read. */
const SOON = 600;

/** The clock to the target, in words: the colour only repeats it. */
export function clock(row: Row, now: Unix, t: Translate, span: (seconds: number) => string): Clock | null {
  if (row.target_at === null) return row.target_kept === null ? null : { text: t("In time"), tone: "kept" };
  const left = row.target_at - now;
  if (left < 0) return { text: t("Late by {time}", { time: short(-left, span) }), tone: "late" };
  return { text: t("Left: {time}", { time: short(left, span) }), tone: left < SOON ? "soon" : "calm" };
}

/** Minutes and seconds below an hour: it is watched while it runs. */
function short(seconds: number, span: (seconds: number) => string): string {
  if (seconds >= 3600) return span(seconds);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The next row that nobody has, from a place in the list and around. */
export function nextUnhandled(rows: readonly Row[], from: number): number {
  for (let step = 1; step <= rows.length; step += 1) {
    const at = (from + step) % rows.length;
    if (rows[at]?.state === "new") return at;
  }
  return -1;
}

/** The place of the selected row after a move by keys; stays within the list. */
export function moved(rows: readonly Row[], selected: B64u | null, by: 1 | -1): number {
  const at = rows.findIndex((row) => row.case_id === selected);
  if (at < 0) return rows.length ? (by > 0 ? 0 : rows.length - 1) : -1;
  return Math.min(rows.length - 1, Math.max(0, at + by));
}
