/** Inviting: a one-time link, shown once. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import type { Invited } from "../api/people.ts";
import type { LanguageCode, Role } from "../api/shapes.ts";
import { moment } from "../moments.ts";
import type { PartProps } from "../pages/people.tsx";
import { session } from "../session.ts";
import { language, LANGUAGES, t } from "../texts.ts";
import { Button, Copyable, Field, Select } from "./forms.tsx";
import { roleName } from "./people.tsx";
import { Refused, useDoing } from "./said.tsx";

const LONGEST_NAME = 60;

export function Invitations({ people, reload }: PartProps): JSX.Element {
  const doing = useDoing();
  const withdraw = (officerId: string) => () =>
    void doing.run(async () => {
      await api.withdrawInvitation(officerId);
      await reload();
    });
  return (
    <article>
      <h2>{t("Invitations")}</h2>
      <NewInvitation people={people} reload={reload} />
      {people.invitations.length > 0 && <p class="quiet">{t("A link that was lost, or that somebody else has seen: withdraw it, and invite the person again.")}</p>}
      <ul class="rows">
        {people.invitations.map((one) => (
          <li key={one.officer_id}>
            <span>
              {one.name} <small>{roleName(one.role)}</small> <small>{t("until {time}", { time: moment(one.expires_at) })}</small>
            </span>
            <Button kind="outline" onPress={withdraw(one.officer_id)}>
              {t("Withdraw")}
            </Button>
          </li>
        ))}
      </ul>
      <Refused doing={doing} />
    </article>
  );
}

function NewInvitation({ people, reload }: PartProps): JSX.Element {
  const me = session.me.value;
  const isAdministrator = me?.role === "administrator";
  const name = useSignal("");
  const role = useSignal<Role>("officer");
  const speaks = useSignal<LanguageCode>(language.value);
  const teams = useSignal<readonly string[]>([]);
  const made = useSignal<Invited | null>(null);
  const doing = useDoing();
  const offered = people.teams.filter((team) => isAdministrator || me?.team_ids.includes(team.team_id));
  const invite = async () => {
    made.value = await api.invite(name.value.trim(), role.value, role.value === "administrator" ? [] : teams.value, speaks.value);
    name.value = "";
    await reload();
  };
  const toggle = (teamId: string, on: boolean) => {
    teams.value = on ? [...teams.value, teamId] : teams.value.filter((one) => one !== teamId);
  };
  return (
    <>
      <form onSubmit={doing.on(invite)} aria-label={t("New invitation")}>
        <Field
          label={t("Name to sign in with")}
          hint={t("Colleagues see it. A first name or a number is enough.")}
          value={name.value}
          onValue={(value) => (name.value = value)}
          maxLength={LONGEST_NAME}
          required
        />
        {isAdministrator && (
          <Select
            label={t("Role")}
            value={role.value}
            onValue={(value) => (role.value = value as Role)}
            options={(["officer", "supervisor", "administrator"] as const).map((one) => ({ value: one, name: roleName(one) }))}
          />
        )}
        <Select
          label={t("Language")}
          value={speaks.value}
          onValue={(value) => (speaks.value = value as LanguageCode)}
          options={LANGUAGES.map(({ code, name: own }) => ({ value: code, name: own, lang: code }))}
        />
        {role.value !== "administrator" && (
          <fieldset>
            <legend>{t("Teams")}</legend>
            {offered.map((team) => (
              <label key={team.team_id} class="check">
                <input
                  type="checkbox"
                  checked={teams.value.includes(team.team_id)}
                  onChange={(event) => toggle(team.team_id, event.currentTarget.checked)}
                />
                {team.name}
              </label>
            ))}
          </fieldset>
        )}
        <Button busy={doing.busy.value}>{t("Make an invitation")}</Button>
        <Refused doing={doing} />
      </form>
      <div role="status">{made.value && <OneTimeLink invited={made.value} />}</div>
    </>
  );
}

/** The link of an invitation, which is shown only now. */
export function OneTimeLink({ invited }: { invited: Invited }): JSX.Element {
  return (
    <div class="shown-once">
      <p>{t("Give this link to them alone, best by hand or in a message that disappears. It works once, until {time}. It is shown only now.", {
        time: moment(invited.expires_at),
      })}</p>
      <Copyable label={t("Link of the invitation")} text={new URL(invited.link, location.origin).href} />
    </div>
  );
}
