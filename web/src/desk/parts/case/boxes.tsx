/**
 * The two boxes in which an officer writes about a case: what stays here, and what goes to the reporter.
 *
 * Law. They are two components with two labels, two colours and two functions behind them. The note's knows no way to send.
 */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";

import type { CaseJson } from "../../api/shapes.ts";
import { language, t } from "../../texts.ts";
import { reachesSomebody, waysOf, type Ways } from "../../ways.ts";
import { Button } from "../forms.tsx";
import { Refused, Told, useDoing } from "../said.tsx";
import { answered, type Register } from "./answers.ts";
import { phrases, place as placeName } from "./around.ts";
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
  readonly register: Register;
}

/** A message to the reporter, with ready phrases in the reporter's language. */
export function ReplyBox({ caseId, isStopped, replyTo, entries, spoken, register }: ReplyProps): JSX.Element {
  const doing = useDoing();
  const told = useSignal("");
  const place = useRef<HTMLTextAreaElement>(null);
  const text = draftOf(caseId).reply;
  useEffect(() => {
    if (wantsReply.peek()) place.current?.focus();
    wantsReply.value = false;
  }, []);
  const ways = useMemo(() => waysOf(entries, replyTo), [entries, replyTo]);
  const stranger = ways.strangers > 0 && <Stranger />;
  if (!reachesSomebody(ways)) {
    return <div class="c-box c-reply-box">{stranger}<p id="c-reply" tabIndex={-1}>{closedBecause(ways)}</p></div>;
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
        {wayWords(ways).map((words) => <span key={words}>{words}</span>)}
      </p>
      <Phrases spoken={spoken} register={register} onPut={put} />
      <textarea id="c-reply" ref={place} rows={4} maxLength={LONGEST_TEXT} value={text} lang={spoken} dir="auto" spellcheck={false}
        onInput={(event) => keepDraft(caseId, { reply: event.currentTarget.value })} />
      <Button busy={doing.busy.value} disabled={isStopped || !text.trim()}>{t("Send to the reporter")}</Button>
      <Refused doing={doing} />
      <Told>{told.value}</Told>
    </form>
  );
}

/** What will happen to a message, sentence by sentence. */
function wayWords(ways: Ways): readonly string[] {
  const inChat = ways.chat === "notice" ? noticeWords(ways) : [ways.chat === "quiet" ? quietWords() : t("Nothing of it comes to their chat.")];
  return ways.asked.length > 0 ? [...inChat, t("It waits for whoever types the secret code.")] : inChat;
}

function noticeWords({ hours }: Ways): readonly string[] {
  const when = hours === null
    ? t("The notice can come at any time of the day.")
    : t("The notice waits for the time that is safe: {hours}", { hours: answered("hours", hours, { t, who: "adult", place: placeName }).answers.join() });
  return [t("It goes to their chat. A notice there says only that there is something to read."), when];
}

function quietWords(): string {
  return t("It stands in their chat without a notice: nobody has asked them yet about an answer. They see it only if they look there, and two days after what they did last the chat is forgotten.");
}

/** Why nothing can be sent. */
function closedBecause({ chat }: Ways): string {
  switch (chat) {
    case "unwished":
      return t("No message can be sent: the reporter did not ask for an answer. An internal note can still be written.");
    case "by_code":
      return t("No message can be sent: the reporter wants to be answered by a secret code, and no code of theirs is known here. An internal note can still be written.");
    default:
      return t("No message can be sent: the way to the reporter’s chat is no longer kept. An internal note can still be written.");
  }
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
function Phrases({ spoken, register, onPut }: { spoken: string; register: Register; onPut: (text: string) => void }): JSX.Element | null {
  if (phrases.value.length === 0) return null;
  const worded = phrases.value.map(({ code, texts }) => ({ code, texts: texts[register] }));
  return (
    <details class="c-phrases">
      <summary>{t("Ready phrases")}</summary>
      <p>{register === "adult" ? t("Worded for an adult, with the polite form.") : t("Worded for a child, with the familiar form.")}</p>
      <ul>
        {worded.map(({ code, texts }) => {
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
      {!worded.every(({ texts }) => texts[spoken]) && <p>{t("Some phrases are not there in the reporter's language. They stand in English.")}</p>}
    </details>
  );
}
