/** Everybody who is here, and taking somebody away. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import type { Invited } from "../api/people.ts";
import type { OfficerJson, TeamJson } from "../api/shapes.ts";
import type { PartProps } from "../pages/people.tsx";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { Button, Sure } from "./forms.tsx";
import { OneTimeLink } from "./invitations.tsx";
import { roleName } from "./people.tsx";
import { Refused, Told, useDoing } from "./said.tsx";

type Asked = { readonly what: "remove" | "readmit"; readonly officer: OfficerJson };

export function Officers({ people, reload }: PartProps): JSX.Element {
  const asked = useSignal<Asked | null>(null);
  const invited = useSignal<Invited | null>(null);
  const told = useSignal("");
  const doing = useDoing();
  const me = session.me.value;
  const mayDecide = (one: OfficerJson) =>
    one.officer_id !== me?.officer_id &&
    (me?.role === "administrator" || (me?.role === "supervisor" && one.role === "officer" && one.team_ids.every((id) => me.team_ids.includes(id))));
  const decide = ({ what, officer }: Asked) => {
    asked.value = invited.value = null;
    told.value = "";
    void doing.run(async () => {
      if (what === "remove") told.value = goneWords(officer, await api.removeOfficer(officer.officer_id), teamsOf(officer, people.teams));
      else invited.value = await api.readmitOfficer(officer.officer_id);
      await reload();
    });
  };
  return (
    <article>
      <h2>{t("Officers")}</h2>
      <Refused doing={doing} />
      <Told>{told.value}</Told>
      <div role="status">{invited.value && <OneTimeLink invited={invited.value} />}</div>
      <ul class="rows">
        {people.officers.map((one) => (
          <li key={one.officer_id}>
            <span>
              {one.name} <small>{[roleName(one.role), ...teamsOf(one, people.teams)].join(" · ")}</small>{" "}
              {one.on_duty && <small class="mark">{t("on duty")}</small>}{" "}
              {!one.active && <small class="mark">{t("has left")}</small>}
            </span>
            {mayDecide(one) && (
              <span class="buttons">
                <Button kind="outline" onPress={() => (asked.value = { what: "readmit", officer: one })}>
                  {t("Invite again")}
                </Button>
                {one.active && (
                  <Button kind="outline" onPress={() => (asked.value = { what: "remove", officer: one })}>
                    {t("Remove")}
                  </Button>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      {asked.value && <Question asked={asked.value} onYes={decide} onClose={() => (asked.value = null)} />}
    </article>
  );
}

function teamsOf(officer: OfficerJson, teams: readonly TeamJson[]): readonly string[] {
  return teams.filter((team) => officer.team_ids.includes(team.team_id)).map((team) => team.name);
}

/** What is true now, and what is to be done next. */
function goneWords({ name }: OfficerJson, { released }: { readonly released: number }, teams: readonly string[]): string {
  const gone = t("{name} has left and is signed out. Cases that went back to the queue: {n}.", { name, n: released });
  return teams.length === 0 ? gone : `${gone} ${t("Next: a new key for each of these teams: {teams}.", { teams: teams.join(", ") })}`;
}

function Question({ asked, onYes, onClose }: { asked: Asked; onYes: (asked: Asked) => void; onClose: () => void }): JSX.Element {
  const name = asked.officer.name;
  if (asked.what === "remove") {
    return (
      <Sure title={t("Remove {name}?", { name })} yes={t("Remove")} onYes={() => onYes(asked)} onClose={onClose}>
        <p>{t("They are signed out at once, their shifts end, and their cases go back to the queue.")}</p>
        <p>{t("What they have already read or copied, they keep. Afterwards each of their teams needs a new key: this page leads through it.")}</p>
      </Sure>
    );
  }
  return (
    <Sure title={t("Invite {name} again?", { name })} yes={t("Invite again")} onYes={() => onYes(asked)} onClose={onClose}>
      <p>{t("Their old keys end at once. They make new keys with a new link, and you compare fingerprints again.")}</p>
      <p>{t("First make sure that it is really them: meet them, or call a number that you know.")}</p>
    </Sure>
  );
}
