/** Who opened what, and when: the audit log, newest first, and whether its chain is whole. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { AuditFilter, AuditPageJson } from "../api/people.ts";
import type { AuditRecordJson } from "../api/shapes.ts";
import { moment } from "../moments.ts";
import { aboutWords, actionWords } from "../parts/actions.ts";
import { Button, Heading, Select } from "../parts/forms.tsx";
import { type Names, NO_NAMES, namesNow } from "../parts/names.ts";
import { Refused, useDoing } from "../parts/said.tsx";
import { href } from "../router.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";

export function AuditPage(): JSX.Element {
  const names = useSignal<Names>(NO_NAMES);
  const records = useSignal<readonly AuditRecordJson[]>([]);
  const last = useSignal<AuditPageJson | null>(null);
  const officerId = useSignal("");
  const doing = useDoing();
  const read = async (filter: AuditFilter) => {
    const page = await api.audit({ officer_id: officerId.value || null, ...filter });
    records.value = filter.before ? [...records.value, ...page.records] : page.records;
    last.value = page;
  };
  useEffect(() => {
    void doing.run(async () => {
      names.value = await namesNow();
      await read({});
    });
  }, []);
  const choose = (id: string) => {
    officerId.value = id;
    void doing.run(() => read({}));
  };
  return (
    <section>
      <Heading>{t("Who opened what")}</Heading>
      <Chain state={last.value?.chain ?? ""} />
      <div class="filters">
        <Select
          label={t("Officer")}
          value={officerId.value}
          onValue={choose}
          options={[{ value: "", name: t("Everybody") }, ...[...names.value.people].map(([value, name]) => ({ value, name }))]}
        />
        <Button kind="outline" busy={doing.busy.value} onPress={() => void doing.run(() => read({ whole: 1 }))}>
          {t("Check the whole log")}
        </Button>
      </div>
      <Refused doing={doing} />
      <Records records={records.value} names={names.value} />
      {last.value?.next !== null && last.value?.next !== undefined && (
        <Button kind="secondary" busy={doing.busy.value} onPress={() => void doing.run(() => read({ before: last.value?.next ?? null }))}>
          {t("Show older ones")}
        </Button>
      )}
    </section>
  );
}

function Chain({ state }: { state: string }): JSX.Element {
  if (state.startsWith("broken")) {
    return (
      <p class="notice alarm" role="alert">
        <strong>{t("The log was changed: its chain is broken at record {n}.", { n: state.replace(/\D/gu, "") })}</strong>
      </p>
    );
  }
  return <p role="status">{state === "whole" ? t("The whole log is unbroken.") : state === "shown" ? t("The records shown are unbroken.") : ""}</p>;
}

function Records({ records, names }: { records: readonly AuditRecordJson[]; names: Names }): JSX.Element {
  const reads = session.me.value?.role === "supervisor";
  return (
    <div class="scrolls" role="region" aria-label={t("Records")} tabIndex={0}>
      <table class="audit">
        <thead>
          <tr>
            <th scope="col">{t("When")}</th>
            <th scope="col">{t("Who")}</th>
            <th scope="col">{t("What")}</th>
            <th scope="col">{t("About")}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((one) => (
            <tr key={one.seq}>
              <td>{moment(one.at)}</td>
              <td>{one.officer_id ? (names.people.get(one.officer_id) ?? t("Somebody who has left")) : t("The program")}</td>
              <td>{actionWords(one.action)}</td>
              <td>
                {one.case_id && reads && <a href={href("case", one.case_id)}>{one.designation ?? t("Case")}</a>} {aboutWords(one.about, names)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
