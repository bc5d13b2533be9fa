/** What everybody must see wherever they are: an alarm, a page that is no longer live, texts that wait for review, a lost passphrase. */

import type { JSX } from "preact";

import { ringing, seen } from "../alarm.ts";
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

function Alarm(): JSX.Element | null {
  const alarm = ringing.value;
  if (!alarm) return null;
  const isIn = session.standing.value === "open";
  const look = () => {
    seen();
    if (alarm.caseId && isIn) go("case", alarm.caseId);
  };
  return (
    <p class="notice alarm">
      <strong>{alarm.isTest ? t("This is a test of the alarm.") : t("A case needs you now.")}</strong>{" "}
      <button type="button" onClick={look}>
        {alarm.caseId && isIn ? t("Open it") : t("I have seen it")}
      </button>
    </p>
  );
}
