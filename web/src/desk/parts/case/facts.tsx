/** What one must know of a case at first sight: how urgent, where, in which language, who has it, how long there is. */

import type { JSX } from "preact";

import type { Row } from "../../api/shapes.ts";
import { answered } from "./answers.ts";
import type { Chronology } from "../../chronology.ts";
import { href } from "../../router.ts";
import { t } from "../../texts.ts";
import { Clock } from "../queue/row.tsx";
import { place, placeOrUnknown } from "./around.ts";
import { channelName, languageName, stateName, teamName, urgencyName } from "./names.ts";
import { Piece } from "./words.tsx";

/** The head of a case, out of its entries where they say it. */
export function Facts({ row, found }: { row: Row; found: Chronology }): JSX.Element {
  const age = found.age && answered("age_band", found.age, { t, who: "adult", place }).answers.join();
  return (
    <div class={`c-head q-${found.urgency ?? row.urgency}`}>
      <p class="c-facts">
        <strong class="q-urgency">{urgencyName(found.urgency ?? row.urgency)}</strong>
        <Clock row={row} />
        {found.danger && <strong class="q-danger">{t("Danger was said")}</strong>}
        {row.ringing && <span class="q-rings">{t("Alarm rings")}</span>}
      </p>
      <dl class="c-known">
        <Fact name={t("Place")} value={placeOrUnknown(found.area)} />
        <Fact name={t("Language")} value={languageName(found.language ?? row.language)} />
        {age && <Fact name={t("Age")} value={age} />}
        <Fact name={t("Came by")} value={channelName(row.channel)} />
        <Fact name={t("State")} value={stateName(row)} />
        <Fact name={t("May read")} value={row.team_ids.map(teamName).join(", ")} />
      </dl>
      {found.links.length > 0 && (
        <p class="c-facts">
          {t("Linked:")}
          {found.links.map((one) => (
            <a key={one.case_id} href={href("case", one.case_id)}>
              <Piece text={one.designation} /> ({one.why === "reporter" ? t("same reporter") : t("same matter")})
            </a>
          ))}
        </p>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd><Piece text={value} /></dd>
    </div>
  );
}
