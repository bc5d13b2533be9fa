/** What everybody must see wherever they are: an alarm, a page that is no longer live, texts that wait for review, a lost passphrase. */

import type { JSX } from "preact";

import { hush, isHushed, isTrying, mostUrgent, ringing, seen, tried } from "../alarm.ts";
import { lastBeat, liveness } from "../live.ts";
import { hour } from "../moments.ts";
import { go, href } from "../router.ts";
import { session } from "../session.ts";
import { isDraft, t } from "../texts.ts";

/** The notices, in regions that are there from the start so that a screen reader announces what comes into them. */
export function Notices(): JSX.Element {
  const isIn = session.standing.value === "open";
  return (
    <div class="notices">
      <div role="alert">
        <Alarm />
      </div>
      <div role="status">
        {(isIn || session.standing.value === "locked") && liveness.value === "stale" && (
          <p class="notice stale">
            {t("No connection. What you see may be old, and new alarms do not sound here.")}{" "}
            {lastBeat.value !== null && t("Last sign of life: {time}", { time: hour(lastBeat.value) })}
          </p>
        )}
        {isIn && session.cameByRecovery.value && (
          <p class="notice">
            {t("You came in with the recovery paper.")} <a href={href("settings")}>{t("Make a new passphrase now.")}</a>
          </p>
        )}
        {isDraft.value && <p class="notice draft">{t("The texts in this language are a draft and wait for review.")}</p>}
      </div>
    </div>
  );
}

function Alarm(): JSX.Element {
  const caseId = mostUrgent(ringing.value);
  const isIn = session.standing.value === "open";
  const isShown = caseId !== null && (isIn || !isHushed.value);
  const look = () => {
    if (caseId === null) return;
    // Opened at once, or by the words: the lock screen leads to where one wanted to go.
    if (isIn) seen(caseId);
    else hush();
    go("case", caseId);
  };
  return (
    <>
      {isShown && (
        <p class="notice alarm">
          <strong>{t("A case needs you now.")}</strong>{" "}
          <button type="button" onClick={look}>
            {isIn ? t("Open it") : t("Silence it here")}
          </button>
        </p>
      )}
      {isTrying.value && (
        <p class="notice alarm">
          <strong>{t("This is a test of the alarm.")}</strong>{" "}
          <button type="button" onClick={tried}>
            {t("I have seen it")}
          </button>
        </p>
      )}
    </>
  );
}
