/** Dialogs of a case about others: which teams may read it, and whom to call. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../../api.ts";
import type { ContactJson, ContactsJson } from "../../api/shapes.ts";
import { session } from "../../session.ts";
import { t } from "../../texts.ts";
import { vault } from "../../vault.ts";
import { Button, Dialog, Select } from "../forms.tsx";
import { Refused, useDoing } from "../said.tsx";
import { place } from "./around.ts";
import { letIn, shutOut } from "./moves.ts";
import type { DialogProps } from "./moves_dialogs.tsx";
import { teamName } from "./names.ts";
import { Piece } from "./words.tsx";

/** Let a team read, or shut one out. `isShutOut`: the reporter asked that the office of the place does not read. */
export function Teams({ row, isShutOut, onClose, onDone }: DialogProps & { readonly isShutOut: boolean }): JSX.Element {
  const doing = useDoing();
  const added = useSignal("");
  const asks = useSignal<string | null>(null);
  const others = (vault.holding.value?.teams ?? []).filter((team) => !row.team_ids.includes(team.teamId));
  const let_ = async () => {
    await letIn(row.case_id, added.value);
    onDone(t("May read now: {team}", { team: teamName(added.value) }));
  };
  const shut = (teamId: string) => void doing.run(async () => {
    const own = row.team_ids.filter((one) => session.me.value?.team_ids.includes(one));
    await shutOut(row.case_id, teamId, own.length === 1 && own[0] === teamId);
    onDone(t("May no longer read: {team}", { team: teamName(teamId) }));
  });
  return (
    <Dialog title={t("Teams that may read")} onClose={onClose}>
      {isShutOut && <p class="c-remark">{t("The reporter asked that the office of that place does not read this.")}</p>}
      <ul class="c-teams">
        {row.team_ids.map((team) => (
          <li key={team}>
            <span>{teamName(team)}</span>
            {row.team_ids.length > 1 && asks.value !== team && (
              <Button kind="outline" onPress={() => (asks.value = team)}>{t("Shut out…")}</Button>
            )}
            {asks.value === team && (
              <Button kind="contrast" busy={doing.busy.value} onPress={() => shut(team)}>{t("Yes, shut out: {team}", { team: teamName(team) })}</Button>
            )}
          </li>
        ))}
      </ul>
      {asks.value !== null && <p>{t("They keep what they have already read. What comes later is closed to them on this server.")}</p>}
      <form onSubmit={doing.on(let_)}>
        <Select label={t("Let another team read")} value={added.value} onValue={(value) => (added.value = value)}
          options={[{ value: "", name: t("Choose") }, ...others.map((team) => ({ value: team.teamId, name: team.name }))]} />
        <p>{t("They can read everything in this case, from the beginning.")} {row.ringing || (!row.taken_by && !row.acknowledged_by) ? t("Their alarms ring for it.") : t("They are told once; the alarm does not ring, because somebody has it.")}</p>
        <Button busy={doing.busy.value} disabled={!added.value}>{t("Let them read")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}

/** Numbers to call: those of the municipality first, then those of the whole country. Asking for them is written into the log. */
export function Contacts({ row, onClose }: Omit<DialogProps, "onDone">): JSX.Element {
  const doing = useDoing();
  const found = useSignal<ContactsJson | null>(null);
  useEffect(() => {
    void doing.run(async () => {
      found.value = await api.contacts(row.case_id);
    });
  }, []);
  return (
    <Dialog title={t("Emergency numbers")} onClose={onClose}>
      {found.value === null && !doing.refusal.value && <p aria-busy="true">{t("Getting ready…")}</p>}
      {found.value && <Numbers {...found.value} />}
      <Refused doing={doing} />
    </Dialog>
  );
}

function Numbers({ area, lines }: ContactsJson): JSX.Element {
  const local = lines.filter((one) => one.area !== null && one.area === area);
  const ofCountry = lines.filter((one) => one.area === null);
  return (
    <>
      {area === null && <p>{t("The place is not known yet. These are for the whole country.")}</p>}
      {area !== null && local.length === 0 && <p>{t("For {place} no number of its own is confirmed. These are for the whole country.", { place: place(area) })}</p>}
      {area !== null && local.length > 0 && (
        <>
          <h3>{place(area)}</h3>
          <Lines lines={local} />
          <h3>{t("The whole country")}</h3>
        </>
      )}
      {ofCountry.length === 0 ? <p>{t("No number of the country is sure.")}</p> : <Lines lines={ofCountry} />}
    </>
  );
}

function Lines({ lines }: { lines: readonly ContactJson[] }): JSX.Element {
  return (
    <ul class="c-contacts">
      {lines.map((one) => (
        <li key={`${one.kind} ${one.number} ${one.name}`}>
          <a role="button" href={`tel:${one.number.replace(/[^0-9+]/g, "")}`}>
            <strong><Piece text={one.name} /></strong> <bdi>{one.number}</bdi>
          </a>
          {one.verified_on && <small>{t("Test call on: {date}", { date: one.verified_on })}</small>}
        </li>
      ))}
    </ul>
  );
}
