/** What an officer can do with a case, and the dialog of whatever they chose. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import type { Row } from "../../api/shapes.ts";
import type { Chronology } from "../../chronology.ts";
import { session } from "../../session.ts";
import { t } from "../../texts.ts";
import { Button } from "../forms.tsx";
import { canTake } from "../queue/rows.ts";
import { Refused, useDoing } from "../said.tsx";
import { ChangeArea, ChangeUrgency, Links } from "./facts_dialogs.tsx";
import * as moves from "./moves.ts";
import { Close, HandOver, Refer, Snooze } from "./moves_dialogs.tsx";
import { Contacts, Teams } from "./readers_dialogs.tsx";

type Chosen = "hand_over" | "snooze" | "refer" | "close" | "urgency" | "area" | "links" | "teams" | "contacts";

interface Props {
  readonly row: Row;
  readonly found: Chronology;
  readonly isShutOut: boolean;
  readonly onTold: (told: string) => void;
}

/** The buttons, those that are possible now. */
export function Actions({ row, found, isShutOut, onTold }: Props): JSX.Element {
  const doing = useDoing();
  const chosen = useSignal<Chosen | null>(null);
  const me = session.me.value;
  const isOver = row.state === "closed" || row.state === "withdrawn";
  const isMine = row.state === "taken" && row.taken_by === me?.officer_id;
  const isOthers = row.state === "taken" && !isMine;
  const atOnce = (move: () => Promise<void>, told: string) => () => void doing.run(async () => {
    await move();
    onTold(told);
  });
  const open = (name: Chosen, label: string) => <Button kind="outline" onPress={() => (chosen.value = name)}>{label}</Button>;
  return (
    <section class="c-actions" aria-label={t("What to do with this case")}>
      {canTake(row) && (
        <Button busy={doing.busy.value} onPress={atOnce(() => moves.take(row), t("You have taken this case."))}>{t("Take")}</Button>
      )}
      {isOthers && me?.role === "supervisor" && (
        <Button kind="contrast" busy={doing.busy.value} onPress={atOnce(() => moves.takeOver(row), t("You have taken this case."))}>{t("Take over")}</Button>
      )}
      <span class="c-jumps">
        <Button kind="outline" onPress={() => jump("c-reply")}>{t("Reply")}</Button>
        <Button kind="outline" onPress={() => jump("c-note")}>{t("Internal note")}</Button>
      </span>
      {row.ringing && (
        <Button kind="outline" busy={doing.busy.value} onPress={atOnce(() => moves.acknowledge(row), t("The alarm is stopped: you have seen it."))}>{t("I have seen it")}</Button>
      )}
      {open("contacts", t("Emergency contacts"))}
      {isMine && (
        <Button kind="outline" busy={doing.busy.value} onPress={atOnce(() => moves.release(row), t("Released: the case waits again."))}>{t("Release")}</Button>
      )}
      {isMine && open("hand_over", t("Hand over…"))}
      {!isOver && row.snoozed_until === null && open("snooze", t("Snooze…"))}
      {row.snoozed_until !== null && (
        <Button kind="outline" busy={doing.busy.value} onPress={atOnce(() => moves.wake(row), t("No longer snoozed."))}>{t("No longer snooze")}</Button>
      )}
      {!isOver && open("urgency", t("Urgency…"))}
      {!isOver && open("area", t("Place…"))}
      {!isOver && open("teams", t("Teams…"))}
      {open("links", t("Links…"))}
      {isMine && open("refer", t("Refer…"))}
      {isOver ? (
        row.state === "closed" && <Button kind="outline" busy={doing.busy.value} onPress={atOnce(() => moves.reopen(row.case_id), t("Opened again."))}>{t("Open again")}</Button>
      ) : (
        open("close", t("Close…"))
      )}
      <Refused doing={doing} />
      <Chosen chosen={chosen.value} {...{ row, found, isShutOut }} onClose={() => (chosen.value = null)}
        onDone={(told) => ((chosen.value = null), onTold(told))} />
    </section>
  );
}

/** On a phone the boxes are a long way down. */
function jump(id: string): void {
  const box = document.getElementById(id);
  box?.scrollIntoView({ block: "center" });
  box?.focus({ preventScroll: true });
}

interface ChosenProps extends Omit<Props, "onTold"> {
  readonly chosen: Chosen | null;
  readonly onClose: () => void;
  readonly onDone: (told: string) => void;
}

function Chosen({ chosen, found, isShutOut, ...rest }: ChosenProps): JSX.Element | null {
  switch (chosen) {
    case null:
      return null;
    case "hand_over":
      return <HandOver {...rest} />;
    case "snooze":
      return <Snooze {...rest} />;
    case "refer":
      return <Refer {...rest} />;
    case "close":
      return <Close {...rest} />;
    case "urgency":
      return <ChangeUrgency {...rest} />;
    case "area":
      return <ChangeArea {...rest} />;
    case "links":
      return <Links {...rest} links={found.links} />;
    case "teams":
      return <Teams {...rest} isShutOut={isShutOut} />;
    case "contacts":
      return <Contacts {...rest} />;
  }
}
