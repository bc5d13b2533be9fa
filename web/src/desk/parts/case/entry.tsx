/** One entry of the chronology: who wrote it and when, whether that is sure, and what it says. */

import type { JSX } from "preact";

import { SHUT_OUT, type Author, type Item } from "../../chronology.ts";
import { moment } from "../../moments.ts";
import { t } from "../../texts.ts";
import { explain } from "./reasons.ts";
import { SaidBody, saidTitle } from "./said.tsx";
import { Piece } from "./words.tsx";

/** An entry. */
export function Entry({ item, number, caseId }: { item: Item; number: number; caseId: string }): JSX.Element {
  const { said, author, at } = item;
  const isShutOut = item.broken.includes(SHUT_OUT);
  const broken = item.broken.filter((reason) => reason !== SHUT_OUT);
  const isNote = said.kind === "note";
  const look = isNote ? "c-note" : said.kind === "message" ? (said.toReporter ? "c-to" : "c-from") : `c-${author.role}`;
  return (
    <li class={`c-entry ${look}${broken.length > 0 ? " c-broken" : ""}`}>
      <header>
        <span class="c-number">{number}</span>
        <strong>{saidTitle(said)}</strong>
        <span>{authorText(author)}</span>
        {at !== null && <time dateTime={new Date(at * 1000).toISOString()}>{moment(at)}</time>}
        <Signature isBroken={broken.length > 0} viaPage={item.viaPage} />
      </header>
      {broken.length > 0 && (
        <div class="c-breaks" role="alert">
          {[...new Set(broken)].map((reason) => (
            <p key={reason}>{explain(reason, t)}</p>
          ))}
        </div>
      )}
      {isShutOut && <p class="c-remark">{t("The author's team may not read this case any more.")}</p>}
      <SaidBody said={said} caseId={caseId} />
    </li>
  );
}

function authorText(author: Author): JSX.Element {
  const who = {
    reporter: t("the reporter"),
    intake: t("the program"),
    unknown: t("nobody who is known"),
    officer: author.name ?? t("an officer whose name is not known"),
  }[author.role];
  return (
    <>
      <Piece text={who} />
      {author.rank && ` (${author.rank === "supervisor" ? t("supervisor") : t("officer")})`}
      {author.left && <em class="c-left">{t("has left")}</em>}
    </>
  );
}

function Signature({ isBroken, viaPage }: { isBroken: boolean; viaPage: boolean }): JSX.Element {
  if (isBroken) return <span class="c-unsure">{t("not sure")}</span>;
  return (
    <span class="c-sure" title={viaPage ? t("Sealed on the reporter's page. The server could not read it.") : undefined}>
      {viaPage ? t("signed, sealed by the reporter") : t("signed")}
    </span>
  );
}
