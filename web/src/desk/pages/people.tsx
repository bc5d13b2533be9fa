/** People and keys: who is here, who is invited, who waits to be let in, and the keys of the teams. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { AdmissionJson, InvitationJson, OfficerJson, TeamJson, WrapWantedJson } from "../api/shapes.ts";
import { Admissions } from "../parts/admissions.tsx";
import { Heading } from "../parts/forms.tsx";
import { Invitations } from "../parts/invitations.tsx";
import { Officers } from "../parts/officers.tsx";
import { Refused, useDoing } from "../parts/said.tsx";
import { Teams } from "../parts/teams.tsx";
import { session } from "../session.ts";
import { t } from "../texts.ts";

/** What the page knows; read anew after every change. */
export interface People {
  readonly officers: readonly OfficerJson[];
  readonly invitations: readonly InvitationJson[];
  readonly admissions: readonly AdmissionJson[];
  readonly teams: readonly TeamJson[];
  readonly wanted: readonly WrapWantedJson[];
}

export interface PartProps {
  readonly people: People;
  readonly reload: () => Promise<void>;
}

const NOBODY: People = { officers: [], invitations: [], admissions: [], teams: [], wanted: [] };

export function PeoplePage(): JSX.Element {
  const people = useSignal<People>(NOBODY);
  const doing = useDoing();
  const role = session.me.value?.role ?? "officer";
  const decides = role !== "officer";
  const reads = role !== "administrator";
  const read = async () => {
    const [officers, invitations, admissions, teams, wanted] = await Promise.all([
      api.officers(),
      decides ? api.invitations() : [],
      decides ? api.admissions() : [],
      api.teams(),
      reads ? api.wrapsWanted() : [],
    ]);
    people.value = { officers, invitations, admissions, teams, wanted };
  };
  // Keys that were given, and a directory that was signed, since this page was loaded count from now on.
  const come = async () => {
    await read();
    await session.refresh();
  };
  useEffect(() => void doing.run(come), []);
  const props = { people: people.value, reload: read };
  return (
    <section class="columns">
      <Heading>{t("People and keys")}</Heading>
      <Refused doing={doing} />
      {decides && <Invitations {...props} />}
      {decides && <Admissions {...props} />}
      <Teams {...props} />
      <Officers {...props} />
    </section>
  );
}
