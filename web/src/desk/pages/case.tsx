/** One case: what is broken in it, what must be known at once, everything that was written, and what to do. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { ringing, seen } from "../alarm.ts";
import * as api from "../api.ts";
import type { Row } from "../api/shapes.ts";
import { useKeys } from "../keyboard.ts";
import { onLive } from "../live.ts";
import { go, href } from "../router.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { Actions } from "../parts/case/actions.tsx";
import { areas, lookAround } from "../parts/case/around.ts";
import { NoteBox, ReplyBox } from "../parts/case/boxes.tsx";
import { Entry } from "../parts/case/entry.tsx";
import { Facts } from "../parts/case/facts.tsx";
import { useFollowing } from "../parts/case/following.ts";
import { take } from "../parts/case/moves.ts";
import { known, letGo, openCase, renewRow, type KnownCase } from "../parts/case/store.ts";
import { Warnings } from "../parts/case/warnings.tsx";
import { Heading } from "../parts/forms.tsx";
import { canTake } from "../parts/queue/rows.ts";
import { Refused, useDoing, type Doing } from "../parts/said.tsx";

/** A case by its id. */
export function CasePage({ caseId }: { caseId: string }): JSX.Element {
  const opening = useDoing();
  const told = useSignal("");
  useCase(caseId, opening, (what) => (told.value = what));
  const open = known.value.get(caseId);
  useSeen(caseId, open !== undefined);
  useFollowing(caseId);
  return (
    <div class="c-page">
      <p class="c-back"><a href={href("queue")}>{t("Back to the cases")}</a></p>
      <Heading>{open ? open.json.row.designation : t("Case")}</Heading>
      <p class="q-told" role="status">{told.value}</p>
      <Refused doing={opening} />
      {open ? <OpenCase open={open} onTold={(what) => ((told.value = what), keepFocus())} /> : !opening.refusal.value && <p aria-busy="true">{t("The case is being opened here.")}</p>}
    </div>
  );
}

/** What rang before the case was before one's eyes is silent here; what begins later rings, for whoever left the case open and went away. */
function useSeen(caseId: string, isOpen: boolean): void {
  const old = ringing.value.get(caseId)?.isOld;
  useEffect(() => {
    if (isOpen) seen(caseId);
  }, [caseId, isOpen]);
  useEffect(() => {
    if (isOpen && old) seen(caseId);
  }, [caseId, isOpen, old]);
}

/** The button that was pressed may be gone now: then the focus goes to the name of the case and not to nowhere. */
function keepFocus(): void {
  setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(".c-page h1")?.focus();
  });
}

function OpenCase({ open, onTold }: { open: KnownCase; onTold: (told: string) => void }): JSX.Element {
  const { json, opened, chronology } = open;
  const { row } = json;
  const said = (step: string) => lastAnswer(open, step);
  const isStopped = opened.entries.length === 0 || row.erased;
  return (
    <>
      <Warnings broken={chronology.warnings} />
      <Facts row={row} found={chronology} />
      <Actions row={row} found={chronology} isShutOut={said("readers") === "yes" || said("readers") === "unsure"} onTold={onTold} />
      <div class="c-columns">
        <section aria-label={t("Everything that was written")}>
          <h2>{t("Everything that was written")}</h2>
          <ol class="c-list">
            {chronology.items.map((item, at) => <Entry key={item.key} item={item} number={at + 1} caseId={row.case_id} />)}
          </ol>
        </section>
        <section class="c-boxes" aria-label={t("Write")}>
          <ReplyBox caseId={row.case_id} isStopped={isStopped} replyTo={json.reply_to} entries={opened.entries} spoken={chronology.language ?? row.language}
            register={chronology.register} />
          <NoteBox caseId={row.case_id} isStopped={isStopped} />
        </section>
      </div>
    </>
  );
}

/** The last answer to a question, as its code. */
function lastAnswer({ opened }: KnownCase, step: string): string | null {
  let last: string | null = null;
  for (const { plaintext } of opened.entries) {
    const items: readonly unknown[] = plaintext?.["kind"] === "answers" && Array.isArray(plaintext["items"]) ? plaintext["items"] : [plaintext];
    for (const item of items) {
      const one = item as { readonly step?: unknown; readonly value?: unknown } | null;
      if (one?.step === step && typeof one.value === "string") last = one.value;
    }
  }
  return last;
}

/** Open the case, tell the server how far it was read, and read on when it grows. */
function useCase(caseId: string, opening: Doing, tell: (what: string) => void): void {
  const hasGrown = () => {
    const open = known.value.get(caseId);
    return open !== undefined && open.json.file.entries.length < open.json.row.entries;
  };
  const read = async () => {
    try {
      await readOnce();
      // What came while it was being read is read as well.
      if (hasGrown()) await readOnce();
    } catch (fault) {
      if (fault instanceof api.Refusal && fault.code === "not_there") letGo(caseId);
      throw fault;
    }
  };
  const readOnce = async () => {
    const before = known.value.get(caseId)?.json.file.entries.length;
    const { json, opened } = await openCase(caseId);
    const { length } = json.file.entries;
    // One's own are told of by what was done; they may arrive here before that is said.
    const others = opened.entries.slice(before).filter((entry) => entry.author !== vault.holding.value?.signerId).length;
    if (before !== undefined && others > 0) tell(t("New entries: {n}", { n: others }));
    if (json.row.unread > 0) await api.markRead(caseId, length);
  };
  useEffect(() => {
    if (areas.value.length === 0) void lookAround();
    void opening.run(read);
    const grown = ({ cases, gone }: { readonly cases: readonly Row[]; readonly gone: readonly string[] }) => {
      if (gone.includes(caseId)) void opening.run(read);
      const row = cases.find((one) => one.case_id === caseId);
      if (!row) return;
      renewRow(row);
      if (hasGrown()) void opening.run(read);
    };
    const stops = [onLive("queue", grown), onLive("missed", () => void opening.run(read))];
    return () => stops.forEach((stop) => stop());
  }, [caseId]);
  useKeys([
    { key: "u", does: () => t("Back to the cases"), press: () => go("queue") },
    { key: "r", does: () => t("Reply"), press: () => document.getElementById("c-reply")?.focus() },
    { key: "i", does: () => t("Internal note"), press: () => document.getElementById("c-note")?.focus() },
    {
      key: "t",
      does: () => t("Take the case"),
      press: () => {
        const row = known.value.get(caseId)?.json.row;
        if (row && canTake(row)) void opening.run(() => take(row).then(() => tell(t("You have taken this case."))));
      },
    },
  ]);
}
