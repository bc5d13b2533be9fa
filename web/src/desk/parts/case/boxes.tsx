/**
 * The two boxes in which an officer writes about a case: what stays here, and what goes to the reporter.
 *
 * Law. They are two components with two labels, two colours and two functions behind them. The note's knows no way to send.
 */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";

import type { CaseJson } from "../../api/shapes.ts";
import { mailboxesOf } from "../../mailboxes.ts";
import { language, t } from "../../texts.ts";
import { Button } from "../forms.tsx";
import { Refused, Told, useDoing } from "../said.tsx";
import { phrases } from "./around.ts";
import { languageName } from "./names.ts";
import { reply, writeNote } from "./moves.ts";
import type { OpenedEntry } from "./opened.ts";
import { LONGEST_TEXT } from "./plaintexts.ts";
import { draftOf, keepDraft, wantsReply } from "./store.ts";

interface BoxProps {
  readonly caseId: string;
  readonly isStopped: boolean;
}

/** A note that stays with the team. */
export function NoteBox({ caseId, isStopped }: BoxProps): JSX.Element {
  const doing = useDoing();
  const told = useSignal("");
  const text = draftOf(caseId).note;
  const keep = async () => {
    await writeNote(caseId, text.trim());
    keepDraft(caseId, { note: "" });
    told.value = t("The note is kept. It was not sent.");
  };
  return (
    <form class="c-box c-note-box" onSubmit={doing.on(keep)}>
      <label for="c-note">{t("Internal note: only teams that may read this case see it")}</label>
      <textarea id="c-note" rows={3} maxLength={LONGEST_TEXT} value={text} spellcheck={false}
        onInput={(event) => keepDraft(caseId, { note: event.currentTarget.value })} />
      <Button kind="secondary" busy={doing.busy.value} disabled={isStopped || !text.trim()}>{t("Keep the note")}</Button>
      <Refused doing={doing} />
      <Told>{told.value}</Told>
    </form>
  );
}

interface ReplyProps extends BoxProps {
  readonly replyTo: CaseJson["reply_to"];
  readonly entries: readonly OpenedEntry[];
  readonly spoken: string;
  readonly hours: string | null;
}

/** A message to the reporter, with ready phrases in the reporter's language. */
export function ReplyBox({ caseId, isStopped, replyTo, entries, spoken, hours }: ReplyProps): JSX.Element {
  const doing = useDoing();
  const told = useSignal("");
  const place = useRef<HTMLTextAreaElement>(null);
  const text = draftOf(caseId).reply;
  useEffect(() => {
    if (wantsReply.peek()) place.current?.focus();
    wantsReply.value = false;
  }, []);
  const { asked, strangers } = useMemo(() => mailboxesOf(entries, replyTo.mailboxes), [entries, replyTo]);
  const stranger = strangers > 0 && <Stranger />;
  if (!replyTo.relay && asked.length === 0) {
    return <div class="c-box c-reply-box">{stranger}<p>{t("No answer is possible: the reporter wished none.")}</p></div>;
  }
  const send = async () => {
    await reply(caseId, text.trim());
    keepDraft(caseId, { reply: "" });
    told.value = t("The message is on its way. Its state stands beside it.");
  };
  const put = (phrase: string) => {
    const before = draftOf(caseId).reply;
    keepDraft(caseId, { reply: before ? `${before}${before.endsWith("\n") ? "" : "\n"}${phrase}` : phrase });
    place.current?.focus();
  };
  return (
    <form class="c-box c-reply-box" onSubmit={doing.on(send)}>
      {stranger}
      <label for="c-reply">{t("Message to the reporter. It is sent.")}</label>
      <p class="c-facts">
        <span>{t("They read: {language}", { language: languageName(spoken) })}</span>
        {replyTo.relay && <span>{t("It goes to their chat.")}</span>}
        {asked.length > 0 && <span>{t("It waits for their secret code.")}</span>}
        {hours && <span>{t("Safe time: {hours}", { hours })}</span>}
      </p>
      <Phrases spoken={spoken} onPut={put} />
      <textarea id="c-reply" ref={place} rows={4} maxLength={LONGEST_TEXT} value={text} lang={spoken} dir="auto" spellcheck={false}
        onInput={(event) => keepDraft(caseId, { reply: event.currentTarget.value })} />
      <Button busy={doing.busy.value} disabled={isStopped || !text.trim()}>{t("Send to the reporter")}</Button>
      <Refused doing={doing} />
      <Told>{told.value}</Told>
    </form>
  );
}

/** Somebody who can write the database wants to read what goes to the reporter. */
function Stranger(): JSX.Element {
  return (
    <p class="c-breaks" role="alert">
      {t("A way back that the reporter never asked for was offered by the server. Nothing was sealed to it. Tell the person who runs the server.")}
    </p>
  );
}

/** Ready phrases: what will be sent, beside the same in the officer's own language. */
function Phrases({ spoken, onPut }: { spoken: string; onPut: (text: string) => void }): JSX.Element | null {
  if (phrases.value.length === 0) return null;
  return (
    <details class="c-phrases">
      <summary>{t("Ready phrases")}</summary>
      <ul>
        {phrases.value.map(({ code, texts }) => {
          const [theirs, lang] = texts[spoken] ? [texts[spoken], spoken] : [texts["en"] ?? "", "en"];
          const own = texts[language.value] ?? texts["en"] ?? "";
          return (
            <li key={code}>
              <button type="button" class="outline" onClick={() => onPut(theirs)}>
                <span lang={lang}>{theirs}</span>
                {own !== theirs && <small lang={language.value}>{own}</small>}
              </button>
            </li>
          );
        })}
      </ul>
      {!phrases.value.every(({ texts }) => texts[spoken]) && <p>{t("Some phrases are not there in the reporter's language. They stand in English.")}</p>}
    </details>
  );
}
