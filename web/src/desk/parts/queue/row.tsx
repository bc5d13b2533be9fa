/** One case in the queue: everything that decides whether it is next, in words, with the three things one does from here. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";

import type { Row } from "../../api/shapes.ts";
import { serverNow } from "../../live.ts";
import { span } from "../../moments.ts";
import { href } from "../../router.ts";
import type { Found, Snippet } from "../../search.ts";
import { session } from "../../session.ts";
import { t } from "../../texts.ts";
import { answered } from "../case/answers.ts";
import { place, placeOrUnknown } from "../case/around.ts";
import { languageName, stateName, urgencyName } from "../case/names.ts";
import { known } from "../case/store.ts";
import { Piece } from "../case/words.tsx";
import { canTake, clock } from "./rows.ts";
import { selected } from "./store.ts";

/** Ticks once a second for every clock on the page; only the clocks are drawn again. */
const tick = signal(serverNow());
setInterval(() => (tick.value = serverNow()), 1000);

interface RowProps {
  readonly row: Row;
  readonly isSelected: boolean;
  readonly hit: Found | undefined;
  readonly isBusy: boolean;
  readonly onMove: (row: Row, move: "take" | "release" | "take_over") => void;
  readonly onSelect: (row: Row) => void;
}

/** A line of the queue. */
export const QueueRow = memo(function QueueRow({ row, isSelected, hit, isBusy, onMove, onSelect }: RowProps): JSX.Element {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Keys may have gone on to another row before this was drawn: fetching the focus back would select this one again, and so on for ever.
    if (!isSelected || selected.peek() !== row.case_id) return;
    // The focus may be on a button of this row: it stays there.
    if (link.current?.closest("li")?.contains(document.activeElement)) return;
    link.current?.focus({ preventScroll: true });
    link.current?.scrollIntoView({ block: "nearest" });
  }, [isSelected]);
  return (
    <li class={`q-row q-${row.urgency}`} data-case={row.case_id} onFocusIn={() => onSelect(row)}>
      <p class="q-first">
        <strong class="q-urgency">{urgencyName(row.urgency)}</strong>
        <Clock row={row} />
        {row.ringing && <span class="q-rings">{t("Alarm rings")}</span>}
        {row.unread > 0 && <span class="q-unread">{t("Unread: {n}", { n: row.unread })}</span>}
      </p>
      <h2>
        <a ref={link} href={href("case", row.case_id)}>
          {row.designation}
        </a>
      </h2>
      <p class="q-facts">
        <span>{placeOrUnknown(row.area)}</span>
        <span>{languageName(row.language)}</span>
        <Flags caseId={row.case_id} />
        <Waits row={row} />
        <span>{stateName(row)}</span>
        {row.snoozed_until !== null && <span>{snoozeText(row.snoozed_until)}</span>}
      </p>
      {hit?.snippets.map((one, at) => <Hit key={at} snippet={one} />)}
      <RowMoves row={row} isBusy={isBusy} onMove={onMove} />
    </li>
  );
});

/** The clock to the target. */
export function Clock({ row }: { row: Row }): JSX.Element | null {
  const shown = clock(row, tick.value, t, span);
  return shown && <span class={`q-clock q-${shown.tone}`}>{shown.text}</span>;
}

function Waits({ row }: { row: Row }): JSX.Element | null {
  if (row.waiting_since === null || row.state !== "new") return null;
  return <span>{t("Waits: {time}", { time: span(tick.value - row.waiting_since) })}</span>;
}

/** What only the opened case knows: danger, age, and that something in it is broken. */
function Flags({ caseId }: { caseId: string }): JSX.Element | null {
  const open = known.value.get(caseId);
  if (!open) return null;
  const { danger, age, warnings } = open.chronology;
  return (
    <>
      {warnings.length > 0 && <strong class="q-broken">{t("Something is broken")}</strong>}
      {danger && <strong class="q-danger">{t("Danger was said")}</strong>}
      {age && <span>{t("Age: {age}", { age: answered("age_band", age, { t, who: "adult", place }).answers.join() })}</span>}
    </>
  );
}

function snoozeText(until: number): string {
  return until === -1 ? t("Snoozed until a reply") : t("Snoozed for: {time}", { time: span(until - serverNow()) });
}

function Hit({ snippet }: { snippet: Snippet }): JSX.Element {
  return (
    <p class="q-hit">
      {snippet.parts.map((part, at) => (part.hit ? <mark key={at}><Piece text={part.text} /></mark> : <Piece key={at} text={part.text} />))}
    </p>
  );
}

function RowMoves({ row, isBusy, onMove }: Pick<RowProps, "row" | "isBusy" | "onMove">): JSX.Element | null {
  const me = session.me.value;
  if (!me || row.erased) return null;
  const button = (move: "take" | "release" | "take_over", name: string) => (
    <button type="button" class={move === "take" ? "" : "outline secondary"} aria-busy={isBusy ? "true" : undefined}
      aria-label={`${name}: ${row.designation}`} onClick={() => !isBusy && onMove(row, move)}>
      {name}
    </button>
  );
  return (
    <div class="q-moves">
      {canTake(row) && button("take", t("Take"))}
      {row.state === "taken" && row.taken_by === me.officer_id && button("release", t("Release"))}
      {row.state === "taken" && row.taken_by !== me.officer_id && me.role === "supervisor" && button("take_over", t("Take over"))}
    </div>
  );
}
