/** The keys of teams: made by a member, given on to members, renewed when somebody leaves. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import type { TeamJson, WrapWantedJson } from "../api/shapes.ts";
import type { PartProps, People } from "../pages/people.tsx";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { readTeamWrap } from "../../sealing/case.ts";
import { b64u, unb64u, type Bytes } from "../../sealing/encoding.ts";
import { fingerprint } from "../../sealing/identity.ts";
import { Rewrap } from "./rewrap.tsx";
import { Button, Sure } from "./forms.tsx";
import { PlanTeam } from "./plan_team.tsx";
import { Refused, Told, useDoing } from "./said.tsx";

export function Teams({ people, reload }: PartProps): JSX.Element {
  const role = session.me.value?.role;
  return (
    <article>
      <h2>{t("Teams and their keys")}</h2>
      {role !== "administrator" && <Wanted people={people} reload={reload} />}
      {people.teams.map((team) => (
        <Team key={team.team_id} team={team} people={people} reload={reload} />
      ))}
      {role === "administrator" ? <PlanTeam people={people} reload={reload} /> : <BringWrap reload={reload} />}
    </article>
  );
}

/** Members of my teams who cannot read yet: one press gives them the teams' keys. */
function Wanted({ people, reload }: PartProps): JSX.Element | null {
  const doing = useDoing();
  const told = useSignal("");
  if (people.wanted.length === 0 && !told.value) return null;
  const names = namesOf(people, people.wanted);
  const give = () =>
    doing.run(async () => {
      const given = await vault.wrapForMembers(people.wanted);
      if (given.length > 0) await api.giveWraps(given);
      told.value = t("Keys given: {n}", { n: given.length });
      await reload();
    });
  return (
    <div class="wanted">
      {people.wanted.length > 0 && (
        <>
          <p>{t("They lack a key of their team, and cannot open every case yet: {names}", { names: names.join(", ") })}</p>
          <Button busy={doing.busy.value} onPress={() => void give()}>
            {t("Give them the team's key")}
          </Button>
        </>
      )}
      <Told>{told.value}</Told>
      <Refused doing={doing} />
    </div>
  );
}

/** Those who want a key, by name. */
function namesOf({ officers }: People, wanted: readonly WrapWantedJson[]): readonly string[] {
  const ids = [...new Set(wanted.map((one) => one.officer_id))];
  return ids.map((id) => officers.find((one) => one.officer_id === id)?.name ?? t("somebody whom this server does not know"));
}

/** What comes next where a team needs a key; in order, the first that is not done. */
function nextWords(team: TeamJson, isMine: boolean): string {
  if (team.waiting_key_id) return t("A new key waits for the next directory. Next: an administrator has that signed, on the page “Directory”.");
  if (!team.needs_key) return "";
  if (!team.key_id) return isMine ? t("Next: make its first key.") : t("Next: one of its members makes its first key, here on this page.");
  return isMine
    ? t("Needs a new key: somebody who has left has this one. Next: make a new key.")
    : t("Needs a new key: somebody who has left has this one. Next: one of its members makes a new one, here on this page.");
}

function Team({ team, people, reload }: PartProps & { team: TeamJson }): JSX.Element {
  const isAsked = useSignal(false);
  const doing = useDoing();
  const me = session.me.value;
  const holding = vault.holding.value;
  const isMine = me?.team_ids.includes(team.team_id) ?? false;
  const holds = holding?.heldTeams.includes(team.team_id) ?? false;
  const made = holding?.madeKeys.find((id) => id === team.waiting_key_id);
  const next = nextWords(team, isMine);
  const lacking = people.wanted.filter((one) => one.team_id === team.team_id && one.team_key_id === team.key_id);
  const make = () => {
    isAsked.value = false;
    void doing.run(async () => {
      const made = await vault.makeTeamKey();
      await api.offerTeamKey(team.team_id, made.publicKey, made.sealed);
      await session.refresh();
      await reload();
    });
  };
  return (
    <section class="team" aria-label={team.name}>
      <h3>{team.name}</h3>
      <p>
        {team.key_id ? t("Key: {fingerprint}", { fingerprint: fingerprint(unb64u(team.key_id)) }) : t("This team has no key yet.")}
      </p>
      {next && <p class="next">{next}</p>}
      {made && <p>{t("The key that you made: {fingerprint}. Write this down, and read it aloud to whoever has the directory signed. It is shown until you lock this desk.", { fingerprint: fingerprint(unb64u(made)) })}</p>}
      {isMine && team.key_id && (
        <p class="quiet">{holds ? t("You hold this key.") : t("You do not hold this key yet. A member has to give it to you.")}</p>
      )}
      {holds && <Rewrap key={team.key_id} teamId={team.team_id} lacking={namesOf(people, lacking)} />}
      {isMine && holding?.isListed && !team.waiting_key_id && (
        <Button kind="outline" busy={doing.busy.value} onPress={() => (isAsked.value = true)}>
          {team.key_id ? t("Make a new key for this team") : t("Make this team's key")}
        </Button>
      )}
      <Refused doing={doing} />
      {isAsked.value && (
        <Sure title={t("A new key for {team}?", { team: team.name })} yes={t("Make it")} onYes={make} onClose={() => (isAsked.value = false)}>
          <p>{t("Do this when somebody has left the team. New cases are then sealed to the new key. Members keep the old one: closed cases still open with it.")}</p>
          <p>{t("It counts once an administrator has the next directory signed. After that, come back to this page: you give the new key to the other members, and wrap the open cases to it.")}</p>
        </Sure>
      )}
    </section>
  );
}

/** An id as the command line knows it. */
function hex(id: Bytes): string {
  return Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The first member of the first team gets its key from the operator as a file that is sealed to them alone. */
function BringWrap({ reload }: { reload: () => Promise<void> }): JSX.Element {
  const doing = useDoing();
  const told = useSignal("");
  const bring = (file: File | undefined) =>
    doing.run(async () => {
      if (!file || file.size > 10_000) return;
      const wrap = readTeamWrap(JSON.parse(await file.text()));
      const [team_key_id, member_key_id] = [b64u(wrap.teamKeyId), b64u(wrap.memberKeyId)];
      await api.giveWraps([{ team_key_id, member_key_id, sealed: b64u(wrap.sealed) }]);
      await session.refresh();
      told.value = t("The key was brought in.");
      await reload();
    });
  return (
    <details>
      <summary>{t("I was given a team's key as a file")}</summary>
      <p>{t("The operator of a new desk makes this file off line for the first member, with this command. It opens only with your own key.")}</p>
      <code class="command" tabIndex={0}>
        python -m bot team wrap --directory directory.json --root root.pub --team national --team-seed national.seed --officer-id{" "}
        {hex(unb64u(session.me.value?.officer_id ?? ""))} --out team-wrap.json
      </code>
      <label>
        {t("File with the team's key")}
        <input type="file" accept=".json,application/json" onChange={(event) => void bring(event.currentTarget.files?.[0])} />
      </label>
      <Told>{told.value}</Told>
      <Refused doing={doing} />
    </details>
  );
}
