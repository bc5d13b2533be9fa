/**
 * What a draft of the directory changes, and what is wrong in it, in words and names.
 *
 * Law. Fingerprints are computed here from the ids in the draft, and stand only where somebody has to compare them.
 */

import type { ComponentChildren, JSX } from "preact";

import type { DraftFact } from "../api/people.ts";
import { t } from "../texts.ts";
import { unb64u } from "../../sealing/encoding.ts";
import { fingerprint } from "../../sealing/identity.ts";
import type { Names } from "./names.ts";
import { Fingerprints } from "./people.tsx";

interface Props {
  readonly facts: readonly DraftFact[];
  readonly names: Names;
}

/** The changes, one after the other. */
export function Changes({ facts, names }: Props): JSX.Element | null {
  if (facts.length === 0) return null;
  return (
    <ul class="changes">
      {facts.map((one, index) => (
        <li key={index}>
          <Change one={one} names={names} isBack={facts.some((other) => other.code === "member_added" && other.officer_id === one.officer_id)} />
        </li>
      ))}
    </ul>
  );
}

function Change({ one, names, isBack }: { one: DraftFact; names: Names; isBack: boolean }): JSX.Element {
  const person = names.people.get(one.officer_id ?? "") ?? t("somebody whom this server does not know");
  const team = names.teams.get(one.team_id ?? "") ?? t("a team that is not there");
  const teams = (one.team_ids ?? []).map((id) => names.teams.get(id) ?? t("a team that is not there")).join(", ");
  switch (one.code) {
    case "member_added":
      return (
        <Line says={t("Comes in:")} whom={teams ? `${person}, ${teams}` : person}>
          <Fingerprints identity={printOf(one.key_id)} signing={printOf(one.signer_id)} />
        </Line>
      );
    case "member_removed":
      return <Line says={isBack ? t("Has new keys, the old ones end:") : t("Leaves:")} whom={person} />;
    case "member_teams":
      return <Line says={t("Changes teams:")} whom={teams ? `${person}, ${teams}` : person} />;
    case "team_added":
      return (
        <Line says={t("New team:")} whom={team}>
          <KeyOfTeam one={one} />
        </Line>
      );
    case "team_key_changed":
      return (
        <Line says={t("Team gets a new key:")} whom={team}>
          <KeyOfTeam one={one} />
        </Line>
      );
    case "team_changed":
      return <Line says={t("Team changes its name or areas:")} whom={team} />;
    default:
      return <Line says={t("A change that this page does not know. Please load the page again.")} whom="" />;
  }
}

function Line({ says, whom, children }: { says: string; whom: string; children?: ComponentChildren }): JSX.Element {
  return (
    <>
      {says} <strong>{whom}</strong>
      {children}
    </>
  );
}

function KeyOfTeam({ one }: { one: DraftFact }): JSX.Element {
  return (
    <dl class="fingerprints">
      <dt>{t("Key of the team")}</dt>
      <dd>
        <code>{printOf(one.key_id)}</code>
      </dd>
    </dl>
  );
}

function printOf(id: string | undefined): string {
  return id ? fingerprint(unb64u(id)) : "";
}

/** Why a draft cannot be signed. */
export function Faults({ facts, names }: Props): JSX.Element | null {
  if (facts.length === 0) return null;
  return (
    <div class="refused" role="alert">
      <p>{t("This draft cannot be signed yet:")}</p>
      <ul>
        {facts.map((one, index) => (
          <li key={index}>{faultWords(one, names)}</li>
        ))}
      </ul>
    </div>
  );
}

function faultWords(one: DraftFact, names: Names): string {
  const name = names.people.get(one.officer_id ?? "") ?? t("somebody whom this server does not know");
  const team = names.teams.get(one.team_id ?? "") ?? t("a team that is not there");
  switch (one.code) {
    case "national_missing":
      return t("There is no national team: reports that no other team has would have no reader.");
    case "dates":
      return t("It would end before it begins. Set the clock of the server right.");
    case "area_twice":
      return t("Two teams have the same municipality: {place}.", { place: names.places.get(one.area ?? "") ?? t("one that is not in the list") });
    case "member_team":
    case "member_signer_team":
      return t("{name} would be of a team without what belongs to it: {team}.", { name, team });
    case "member_signer":
      return t("{name} would have no key for signing.", { name });
    default:
      return t("The server finds a fault in it that this page cannot explain. Ask whoever runs the server to look at the draft.");
  }
}
