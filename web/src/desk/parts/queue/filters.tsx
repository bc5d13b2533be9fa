/** The filters and the search of the queue. */

import type { JSX, RefObject } from "preact";

import type { QueueState, Urgency } from "../../api/shapes.ts";
import { session } from "../../session.ts";
import { t } from "../../texts.ts";
import { teamName, urgencyName } from "../case/names.ts";
import { Select } from "../forms.tsx";
import { URGENCIES } from "./rows.ts";
import { choose, filter, found, question } from "./store.ts";
import { known } from "../case/store.ts";

const states = (): readonly { readonly value: QueueState | ""; readonly name: string }[] => [
  { value: "", name: t("Open cases") },
  { value: "waiting", name: t("Waiting") },
  { value: "mine", name: t("Mine") },
  { value: "taken", name: t("Taken") },
  { value: "snoozed", name: t("Snoozed") },
  { value: "referred", name: t("Referred") },
  { value: "closed", name: t("Closed") },
];

/** Filters and search. `onRefused`: what to do when the server does not answer. */
export function Filters({ search, onRefused }: { search: RefObject<HTMLInputElement | null>; onRefused: (what: Promise<void>) => void }): JSX.Element {
  const teams = session.me.value?.team_ids ?? [];
  const { state, team, urgency } = filter.value;
  return (
    <form class="q-filters" aria-label={t("Search and filters")} onSubmit={(event) => event.preventDefault()}>
      <div class="field q-search">
        <label for="q-question">{t("Search in the cases that are open here")}</label>
        <input id="q-question" ref={search} type="search" autocomplete="off" spellcheck={false} maxLength={200} value={question.value}
          aria-describedby="q-found" onInput={(event) => (question.value = event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && ((question.value = ""), event.currentTarget.blur())} />
        <small id="q-found" role="status">
          {found.value
            ? t("Found: {n}. Open here: {all}.", { n: found.value.size, all: known.value.size })
            : t("It stays in this browser. Open here: {all}.", { all: known.value.size })}
        </small>
      </div>
      <Select label={t("Show")} value={state ?? ""} options={states()} onValue={(value) => onRefused(choose({ state: (value || null) as QueueState | null }))} />
      <Select label={t("Urgency")} value={urgency ?? ""} onValue={(value) => onRefused(choose({ urgency: (value || null) as Urgency | null }))}
        options={[{ value: "", name: t("Every urgency") }, ...URGENCIES.map((value) => ({ value, name: urgencyName(value) }))]} />
      {teams.length > 1 && (
        <Select label={t("Team")} value={team ?? ""} onValue={(value) => onRefused(choose({ team: value || null }))}
          options={[{ value: "", name: t("My teams") }, ...teams.map((value) => ({ value, name: teamName(value) }))]} />
      )}
    </form>
  );
}
