/** Dialogs of a case that change what is known of it: urgency with a reason, the place, and links to other cases. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import type { Urgency } from "../../api/shapes.ts";
import type { Link } from "../../chronology.ts";
import { href } from "../../router.ts";
import { named, t } from "../../texts.ts";
import { Button, Dialog, Field, Select } from "../forms.tsx";
import { URGENCIES } from "../queue/rows.ts";
import { Refused, useDoing } from "../said.tsx";
import { areas } from "./around.ts";
import { link, setArea, setUrgency, unlink } from "./moves.ts";
import type { DialogProps } from "./moves_dialogs.tsx";
import { urgencyName } from "./names.ts";
import { LONGEST_TEXT } from "./plaintexts.ts";
import { known } from "./store.ts";
import { Piece } from "./words.tsx";

/** Raise or lower the urgency; both need a reason. */
export function ChangeUrgency({ row, onClose, onDone }: DialogProps): JSX.Element {
  const doing = useDoing();
  const level = useSignal<Urgency>(row.urgency);
  const reason = useSignal("");
  const change = async () => {
    await setUrgency(row.case_id, level.value, reason.value.trim());
    onDone(t("The urgency is now: {urgency}", { urgency: urgencyName(level.value) }));
  };
  const isLower = level.value > row.urgency;
  return (
    <Dialog title={t("Change the urgency")} onClose={onClose}>
      <form onSubmit={doing.on(change)}>
        <Select label={t("Urgency")} value={level.value} onValue={(value) => (level.value = value as Urgency)}
          options={URGENCIES.map((value) => ({ value, name: urgencyName(value) }))} />
        {isLower && <p>{t("You are lowering it: the team has more time, and alarms ring later.")}</p>}
        <Field label={t("Reason")} hint={t("It stays in the case.")} value={reason.value} lines={2} required maxLength={LONGEST_TEXT} onValue={(value) => (reason.value = value)} />
        <Button busy={doing.busy.value} disabled={level.value === row.urgency || !reason.value.trim()}>{t("Change the urgency")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}

/** Say where it is, or correct it. The area's team is not let in by this: that is a step of its own. */
export function ChangeArea({ row, onClose, onDone }: DialogProps): JSX.Element {
  const doing = useDoing();
  const area = useSignal(row.area ?? "");
  const sorted = [...areas.value].sort((a, b) => named(a.names).localeCompare(named(b.names)));
  const change = async () => {
    await setArea(row.case_id, area.value);
    onDone(t("The place is changed."));
  };
  return (
    <Dialog title={t("Change the place")} onClose={onClose}>
      <form onSubmit={doing.on(change)}>
        <Select label={t("Municipality")} value={area.value} onValue={(value) => (area.value = value)}
          options={[{ value: "", name: t("Choose") }, ...sorted.map((one) => ({ value: one.code, name: named(one.names) }))]} />
        <p>{t("This lets no other team read. Use “Teams” for that, and look first whether the reporter shut one out.")}</p>
        <Button busy={doing.busy.value} disabled={!area.value || area.value === row.area}>{t("Change the place")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}

interface LinksProps extends DialogProps {
  readonly links: readonly Link[];
}

/** Link this case with another; nothing is merged, and a link can be taken back. */
export function Links({ row, links, onClose, onDone }: LinksProps): JSX.Element {
  const doing = useDoing();
  const other = useSignal("");
  const why = useSignal<Link["why"]>("reporter");
  const linkedIds = new Set(links.map((one) => one.case_id));
  const here = [...known.value.values()].map(({ json }) => json.row).filter((one) => one.case_id !== row.case_id && !linkedIds.has(one.case_id));
  const found = here.find((one) => one.designation === other.value.trim().toLowerCase());
  const make = async () => {
    if (!found) return;
    await link(row, found, why.value);
    onDone(t("Linked with: {case}", { case: found.designation }));
  };
  const take = (one: Link) => void doing.run(async () => {
    await unlink(row, one);
    onDone(t("No longer linked with: {case}", { case: one.designation }));
  });
  return (
    <Dialog title={t("Linked cases")} onClose={onClose}>
      <ul class="c-links">
        {links.map((one) => (
          <li key={one.case_id}>
            <a href={href("case", one.case_id)}><Piece text={one.designation} /></a>{" "}
            {one.why === "reporter" ? t("same reporter") : t("same matter")}{" "}
            <Button kind="outline" busy={doing.busy.value} onPress={() => take(one)}>{t("Take the link back")}</Button>
          </li>
        ))}
      </ul>
      <form onSubmit={doing.on(make)}>
        <div class="field">
          <label for="c-other">{t("Name of the other case")}</label>
          <input id="c-other" list="c-others" autocomplete="off" spellcheck={false} maxLength={60} value={other.value}
            onInput={(event) => (other.value = event.currentTarget.value)} aria-describedby="c-other-hint" />
          <datalist id="c-others">{here.map((one) => <option key={one.case_id} value={one.designation} />)}</datalist>
          <small id="c-other-hint">{t("Among the cases that are open in this browser: {n}", { n: here.length })}</small>
        </div>
        <Select label={t("Why")} value={why.value} onValue={(value) => (why.value = value as Link["why"])}
          options={[{ value: "reporter", name: t("The same reporter") }, { value: "matter", name: t("The same matter") }]} />
        <Button busy={doing.busy.value} disabled={!found}>{t("Link")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}
