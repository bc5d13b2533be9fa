/** What an entry says, in words. */

import type { JSX } from "preact";

import type { Said, Sent } from "../../chronology.ts";
import { moment } from "../../moments.ts";
import { t } from "../../texts.ts";
import { AttachmentBody } from "./attachment.tsx";
import { officerName, placeOrUnknown } from "./around.ts";
import { channelName, languageName, outcomeName, replyStateName, teamName, teamOfKey, urgencyName } from "./names.ts";
import { entryTime, textOf, type Plaintext } from "./opened.ts";
import { Piece, Words } from "./words.tsx";

/** What kind of entry it is. */
export function saidTitle(said: Said): string {
  switch (said.kind) {
    case "opened":
      return t("Case opened");
    case "answers":
      return t("Answers");
    case "words":
      return t("In their own words");
    case "note":
      return t("Internal note, never sent");
    case "message":
      return said.toReporter ? t("Message to the reporter") : t("Message from the reporter");
    case "attachment":
      return t("File");
    case "urgency":
      return t("Urgency");
    case "area":
      return t("Place");
    case "access":
      return t("Another team may read");
    case "status":
      return t("What was done");
    case "erased":
      return t("Erased");
    case "closed":
      return t("Cannot be opened");
    case "strange":
      return t("Of an unknown kind");
  }
}

/** Its body. */
export function SaidBody({ said, caseId }: { said: Said; caseId: string }): JSX.Element {
  switch (said.kind) {
    case "opened":
      return <OpenedBody said={said} />;
    case "answers":
      return (
        <dl class="c-answers">
          {said.items.map((item, at) => (
            <div key={at}>
              <dt><Piece text={item.question} /></dt>
              <dd>
                {item.answers.length === 0 ? t("no answer") : item.answers.map((answer, nth) => <span key={nth}><Piece text={answer} /></span>)}
              </dd>
            </div>
          ))}
        </dl>
      );
    case "words":
    case "note":
      return <Words text={said.text} />;
    case "message":
      return (
        <>
          <Words text={said.text} />
          {said.toReporter && <Ways sent={said.sent} />}
        </>
      );
    case "attachment":
      return <AttachmentBody attachment={said.attachment} plaintext={said.plaintext} caseId={caseId} />;
    default:
      return <p>{short(said)}</p>;
  }
}

function short(said: Exclude<Said, { kind: "opened" | "answers" | "words" | "note" | "message" | "attachment" }>): JSX.Element {
  switch (said.kind) {
    case "urgency":
      return (
        <>
          {urgencyName(said.urgency)}
          {". "}
          {said.byRule ? t("Set by the program from what was said.") : said.reason && <Words text={said.reason} />}
        </>
      );
    case "area":
      return <Piece text={placeOrUnknown(said.area)} />;
    case "access":
      return <Piece text={teamOfKey(said.key_id)} />;
    case "status":
      return <Status status={said.status} plaintext={said.plaintext} />;
    case "erased":
      return <>{t("This entry was erased. The chain still holds.")}</>;
    case "closed":
      return <>{t("It is shown here so that nothing goes unseen.")}</>;
    case "strange":
      return <Piece text={said.json} />;
  }
}

function OpenedBody({ said }: { said: Extract<Said, { kind: "opened" }> }): JSX.Element {
  const why = { danger: t("Danger was confirmed before the end."), sent: t("The reporter sent it."), abandoned: t("It was left unfinished, and delivered.") };
  const reason = said.reason !== null && Object.hasOwn(why, said.reason) ? why[said.reason as keyof typeof why] : null;
  return (
    <p class="c-facts">
      {reason && <span>{reason}</span>}
      {said.urgency && <span>{urgencyName(said.urgency)}</span>}
      <span><Piece text={placeOrUnknown(said.area)} /></span>
      {said.language && <span><Piece text={languageName(said.language)} /></span>}
      {said.channel && <span><Piece text={channelName(said.channel)} /></span>}
    </p>
  );
}

/** Where a message is: one line for each way it goes. */
function Ways({ sent }: { sent: readonly Sent[] }): JSX.Element {
  if (sent.length === 0) return <p class="c-sent">{t("The server does not say what became of it.")}</p>;
  return (
    <ul class="c-sent">
      {sent.map((one, at) => (
        <li key={at}>
          {one.way === "chat" ? t("To the chat:") : t("For the secret code:")} <strong>{replyStateName(one.state)}</strong>, {moment(one.at)}
        </li>
      ))}
    </ul>
  );
}

function Status({ status, plaintext }: { status: string; plaintext: Plaintext }): JSX.Element {
  const value = (name: string) => textOf(plaintext, name) ?? "?";
  const until = entryTime({ at: plaintext["until"] });
  switch (status) {
    case "taken":
      return <>{t("Taken.")}</>;
    case "taken-over":
      return <>{t("Taken over from somebody else.")}</>;
    case "released":
      return <>{t("Released: the case waits again.")}</>;
    case "handed-over":
      return <>{t("Handed over to:")} <Piece text={officerName(value("officer_id"))} /></>;
    case "snoozed":
      return <>{until === null ? t("Snoozed until a reply.") : t("Snoozed until {time}.", { time: moment(until) })}</>;
    case "woken":
      return <>{t("No longer snoozed.")}</>;
    case "closed":
      return <>{t("Closed:")} <Piece text={outcomeName(value("outcome"))} />{plaintext["note"] !== undefined && <Words text={value("note")} />}</>;
    case "acknowledged":
      return <>{t("The alert was seen.")}</>;
    case "referred":
      return <>{t("Handed on to another service:")} <Words text={value("note")} /></>;
    case "reopened":
      return <>{t("Opened again.")}</>;
    case "linked":
      return <>{plaintext["why"] === "reporter" ? t("Linked, same reporter:") : t("Linked, same matter:")} <Piece text={value("designation")} /></>;
    case "unlinked":
      return <>{t("No longer linked:")} <Piece text={value("designation")} /></>;
    case "shut-out":
      return <>{t("May no longer read:")} <Piece text={teamName(value("team_id"))} /></>;
    case "receipt-given":
      return <>{t("The reporter was given a secret code.")}</>;
    case "withdrawal-wished":
      return <>{t("The reporter wishes to take this back.")}</>;
    default:
      return <Piece text={JSON.stringify(plaintext)} />;
  }
}
