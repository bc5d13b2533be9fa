/** Planning a team: what it is called, and which municipalities are its own; the next directory says so. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { AreaJson } from "../api/shapes.ts";
import type { PartProps } from "../pages/people.tsx";
import { language, named, t } from "../texts.ts";
import { Button, Field } from "./forms.tsx";
import { Refused, useDoing } from "./said.tsx";

export function PlanTeam({ people, reload }: PartProps): JSX.Element {
  const id = useSignal("");
  const name = useSignal("");
  const chosen = useSignal<readonly string[]>([]);
  const places = useSignal<readonly AreaJson[]>([]);
  const doing = useDoing();
  useEffect(() => void doing.run(async () => void (places.value = await api.areas())), []);
  const plan = async () => {
    await api.planTeam(id.value.trim(), name.value.trim(), chosen.value);
    id.value = name.value = "";
    chosen.value = [];
    await reload();
  };
  const toggle = (code: string, on: boolean) => {
    chosen.value = on ? [...chosen.value, code] : chosen.value.filter((one) => one !== code);
  };
  const taken = new Set(people.teams.flatMap((team) => team.areas));
  const free = places.value.filter((one) => !taken.has(one.code)).sort((one, other) => named(one.names).localeCompare(named(other.names), language.value));
  return (
    <details>
      <summary>{t("Plan a new team")}</summary>
      <form onSubmit={doing.on(plan)} aria-label={t("Plan a new team")}>
        <Field label={t("Short id")} hint={t("Small letters, digits and dashes. It never changes.")} value={id.value} onValue={(value) => (id.value = value)} maxLength={32} required />
        <Field label={t("Name")} value={name.value} onValue={(value) => (name.value = value)} maxLength={60} required />
        <fieldset class="places">
          <legend>{t("Its municipalities: those that no other team has")}</legend>
          {free.map((one) => (
            <label key={one.code} class="check">
              <input type="checkbox" checked={chosen.value.includes(one.code)} onChange={(event) => toggle(one.code, event.currentTarget.checked)} />
              {named(one.names)}
            </label>
          ))}
        </fieldset>
        <Button busy={doing.busy.value}>{t("Plan it")}</Button>
        <Refused doing={doing} />
      </form>
    </details>
  );
}
