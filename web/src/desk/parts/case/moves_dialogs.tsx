/** Dialogs of a case that change who works on it and when: hand over, snooze, close. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import type { Row } from "../../api/shapes.ts";
import { hour, moment } from "../../moments.ts";
import { serverNow } from "../../live.ts";
import { session } from "../../session.ts";
import { t } from "../../texts.ts";
import { Button, Dialog, Field, Select } from "../forms.tsx";
import { Refused, useDoing } from "../said.tsx";
import { officers } from "./around.ts";
import { close, handOver, refer, snooze } from "./moves.ts";
import { outcomeName } from "./names.ts";
import { LONGEST_TEXT, OUTCOMES, type Outcome } from "./plaintexts.ts";

export interface DialogProps {
  readonly row: Row;
  readonly onClose: () => void;
  /** Something was done: close, and say it. */
  readonly onDone: (told: string) => void;
}

const HOUR = 3600;

/** Give the case to somebody who may open it. */
export function HandOver({ row, onClose, onDone }: DialogProps): JSX.Element {
  const doing = useDoing();
  const to = useSignal("");
  const text = useSignal("");
  const me = session.me.value?.officer_id;
  const able = officers.value.filter((one) => one.active && one.officer_id !== me && one.team_ids.some((team) => row.team_ids.includes(team)));
  const hand = async () => {
    await handOver(row.case_id, to.value, text.value.trim());
    onDone(t("The case is handed over."));
  };
  return (
    <Dialog title={t("Hand over")} onClose={onClose}>
      <form onSubmit={doing.on(hand)}>
        <Select label={t("To whom")} value={to.value} onValue={(value) => (to.value = value)}
          options={[{ value: "", name: t("Choose") }, ...able.map((one) => ({ value: one.officer_id, name: one.on_duty ? t("{name}, on duty", { name: one.name }) : one.name }))]} />
        {able.length === 0 && <p>{t("Nobody else of the teams of this case is here.")}</p>}
        <Field label={t("Note for them. It is not sent to the reporter.")} value={text.value} lines={3} maxLength={LONGEST_TEXT} onValue={(value) => (text.value = value)} />
        <Button busy={doing.busy.value} disabled={!to.value}>{t("Hand over")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}

/** Put the case aside until a time, or until the reporter writes. */
export function Snooze({ row, onClose, onDone }: DialogProps): JSX.Element {
  const doing = useDoing();
  const chosen = useSignal("");
  const now = serverNow();
  const until = (time: number | null) => void doing.run(async () => {
    await snooze(row, time);
    onDone(time === null ? t("Put aside until a reply.") : t("Put aside until {time}.", { time: moment(time) }));
  });
  const typed = Date.parse(chosen.value) / 1000;
  return (
    <Dialog title={t("Snooze")} onClose={onClose}>
      <p>{t("It comes back by itself when the time has come, and whenever the reporter writes.")}</p>
      <div class="c-choices">
        <Button kind="outline" busy={doing.busy.value} onPress={() => until(null)}>{t("Until a reply")}</Button>
        <Button kind="outline" busy={doing.busy.value} onPress={() => until(now + HOUR)}>{t("One hour, until {time}", { time: hour(now + HOUR) })}</Button>
        <Button kind="outline" busy={doing.busy.value} onPress={() => until(now + 24 * HOUR)}>{t("One day")}</Button>
        <Button kind="outline" busy={doing.busy.value} onPress={() => until(now + 7 * 24 * HOUR)}>{t("One week")}</Button>
      </div>
      <div class="field">
        <label for="c-until">{t("Until a date, by the time of this device")}</label>
        <input id="c-until" type="datetime-local" value={chosen.value} onInput={(event) => (chosen.value = event.currentTarget.value)} />
      </div>
      <Button busy={doing.busy.value} disabled={!(typed > now)} onPress={() => until(typed)}>{t("Snooze until then")}</Button>
      <Refused doing={doing} />
    </Dialog>
  );
}

/** Note that another service has the case now. Nothing is sent to them by this. */
export function Refer({ row, onClose, onDone }: DialogProps): JSX.Element {
  const doing = useDoing();
  const text = useSignal("");
  const note = async () => {
    await refer(row.case_id, text.value.trim());
    onDone(t("Noted: another service has the case."));
  };
  return (
    <Dialog title={t("Handed on to another service")} onClose={onClose}>
      <form onSubmit={doing.on(note)}>
        <p>{t("This only notes it. Nothing is sent to anybody by this desk.")}</p>
        <Field label={t("To whom, and how")} value={text.value} lines={3} required maxLength={LONGEST_TEXT} onValue={(value) => (text.value = value)} />
        <Button busy={doing.busy.value} disabled={!text.value.trim()}>{t("Note it")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}

/** End the work on a case, with what came of it. */
export function Close({ row, onClose, onDone }: DialogProps): JSX.Element {
  const doing = useDoing();
  const outcome = useSignal<Outcome | "">("");
  const text = useSignal("");
  const end = async () => {
    if (!outcome.value) return;
    await close(row.case_id, outcome.value, text.value.trim());
    onDone(t("The case is closed."));
  };
  return (
    <Dialog title={t("Close the case")} onClose={onClose}>
      <form onSubmit={doing.on(end)}>
        <Select label={t("What came of it")} value={outcome.value} onValue={(value) => (outcome.value = value as Outcome | "")}
          options={[{ value: "", name: t("Choose") }, ...OUTCOMES.map((value) => ({ value, name: outcomeName(value) }))]} />
        <Field label={t("Note. It is not sent to the reporter.")} value={text.value} lines={3} maxLength={LONGEST_TEXT} onValue={(value) => (text.value = value)} />
        <Button busy={doing.busy.value} disabled={!outcome.value}>{t("Close the case")}</Button>
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}
