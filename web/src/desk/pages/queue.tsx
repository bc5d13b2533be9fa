/** The queue: which case is next. Live, in the order of urgency, by touch, by keyboard and by ear. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { Row } from "../api/shapes.ts";
import { useKeys } from "../keyboard.ts";
import { liveness, onLive } from "../live.ts";
import { go } from "../router.ts";
import { t } from "../texts.ts";
import { lookAround } from "../parts/case/around.ts";
import { urgencyName } from "../parts/case/names.ts";
import * as moves from "../parts/case/moves.ts";
import { wantsReply } from "../parts/case/store.ts";
import { Heading } from "../parts/forms.tsx";
import { Filters } from "../parts/queue/filters.tsx";
import { QueueRow } from "../parts/queue/row.tsx";
import { canTake, moved, nextUnhandled } from "../parts/queue/rows.ts";
import { found, isRead, more, question, readMore, readQueue, selected, shown, takeIn } from "../parts/queue/store.ts";
import { Refused, useDoing } from "../parts/said.tsx";

type Move = "take" | "release" | "take_over";

const MOVES: Readonly<Record<Move, (row: Row) => Promise<void>>> = { take: moves.take, release: moves.release, take_over: moves.takeOver };

/** The queue of cases. */
export function QueuePage(): JSX.Element {
  const search = useRef<HTMLInputElement>(null);
  const reading = useDoing();
  const moving = useDoing();
  const busyCase = useSignal<string | null>(null);
  const told = useSignal("");

  const move = (row: Row, name: Move): void => {
    busyCase.value = row.case_id;
    void moving.run(() => MOVES[name](row)).then((worked) => {
      busyCase.value = null;
      if (worked) told.value = doneText(name, row);
      void readQueue(true).catch(() => undefined).then(() => focusRow(row));
    });
  };
  useQueue(reading.run, (fresh) => (told.value = freshText(fresh)));
  useQueueKeys(search, move);

  return (
    <div class="q-page">
      <Heading>{t("Cases")}</Heading>
      <Filters search={search} onRefused={(what) => void reading.run(() => what)} />
      <p class="q-live">{liveText()}</p>
      <Refused doing={reading} />
      <Refused doing={moving} />
      <p class="q-told" role="status">{told.value}</p>
      {isRead.value && shown.value.length === 0 && <p>{question.value ? t("Nothing found.") : t("No case is here.")}</p>}
      <ol class="q-list" aria-label={t("Cases, the most urgent first")} aria-busy={isRead.value ? undefined : "true"}>
        {shown.value.map((row) => (
          <QueueRow key={row.case_id} row={row} isSelected={selected.value === row.case_id} hit={found.value?.get(row.case_id)}
            isBusy={busyCase.value === row.case_id} onMove={move} onSelect={select} />
        ))}
      </ol>
      {more.value && !question.value && (
        <button type="button" class="outline" aria-busy={reading.busy.value ? "true" : undefined} onClick={() => void reading.run(readMore)}>
          {t("Show more")}
        </button>
      )}
    </div>
  );
}

/** The keys act on the row that has the focus, however it came there. */
function select(row: Row): void {
  selected.value = row.case_id;
}

/** The button that was pressed is another one now: the focus stays with its case. */
function focusRow(row: Row): void {
  if (document.activeElement !== document.body) return;
  [...document.querySelectorAll<HTMLElement>(".q-row")].find((one) => one.dataset["case"] === row.case_id)?.querySelector("a")?.focus();
}

/** A few new cases by name, many by their number: it is read aloud. */
function freshText(fresh: readonly Row[]): string {
  if (fresh.length > 3) return t("New cases: {n}", { n: fresh.length });
  return fresh.map((row) => t("New: {urgency}, {case}", { urgency: urgencyName(row.urgency), case: row.designation })).join(". ");
}

function doneText(move: Move, row: Row): string {
  return move === "release" ? t("Released: {case}", { case: row.designation }) : t("You have taken: {case}", { case: row.designation });
}

function liveText(): string {
  switch (liveness.value) {
    case "live":
      return t("Live: changes appear by themselves.");
    case "stale":
      return t("Not live: this list may be old.");
    default:
      return t("Connecting…");
  }
}

/** Read the queue, keep it fresh, and say what came in. */
function useQueue(run: (what: () => Promise<void>) => Promise<boolean>, announce: (fresh: readonly Row[]) => void): void {
  useEffect(() => {
    void lookAround();
    void run(() => readQueue());
    const stops = [
      onLive("queue", (event) => {
        const fresh = takeIn(event);
        if (fresh.length > 0) announce(fresh);
      }),
      onLive("missed", () => void readQueue(true).catch(() => undefined)),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
}

function useQueueKeys(search: { readonly current: HTMLInputElement | null }, move: (row: Row, name: Move) => void): void {
  const selectedRow = () => shown.value.find((row) => row.case_id === selected.value);
  const select = (at: number) => (selected.value = shown.value[at]?.case_id ?? selected.value);
  const here = () => shown.value.findIndex((row) => row.case_id === selected.value);
  const reply = () => {
    if (selected.value === null) return;
    wantsReply.value = true;
    go("case", selected.value);
  };
  useKeys([
    { key: "j", does: () => t("Next case"), press: () => select(moved(shown.value, selected.value, 1)) },
    { key: "k", does: () => t("Case before"), press: () => select(moved(shown.value, selected.value, -1)) },
    { key: "n", does: () => t("Next case that nobody has"), press: () => select(nextUnhandled(shown.value, here())) },
    {
      key: "t",
      does: () => t("Take the case"),
      press: () => {
        const row = selectedRow();
        if (row && !row.erased && canTake(row)) move(row, "take");
      },
    },
    { key: "r", does: () => t("Open the case to reply"), press: reply },
    { key: "/", does: () => t("Search"), press: () => search.current?.focus() },
  ]);
}

