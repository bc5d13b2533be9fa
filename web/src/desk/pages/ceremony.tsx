/** The first steps of a new desk, in plain words: what each does, and what happens if its paper is lost. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { CeremonyStepJson } from "../api/shapes.ts";
import { Button, Heading } from "../parts/forms.tsx";
import { RecoveryKeyPaper } from "../parts/recovery_key.tsx";
import { Refused, useDoing } from "../parts/said.tsx";
import { stepWords } from "../parts/steps.ts";
import { href } from "../router.ts";
import { t } from "../texts.ts";

export function CeremonyPage(): JSX.Element {
  const steps = useSignal<readonly CeremonyStepJson[]>([]);
  const doing = useDoing();
  const read = async () => void (steps.value = await api.ceremony());
  useEffect(() => void doing.run(read), []);
  const tick = (step: string) => () =>
    void doing.run(async () => {
      await api.tick(step);
      await read();
    });
  return (
    <section class="narrow">
      <Heading>{t("First steps")}</Heading>
      <p>{t("Do these in order. Each one says what it does, and what happens if its paper is lost.")}</p>
      <Refused doing={doing} />
      <ol class="steps">
        {steps.value.map((one) => {
          const words = stepWords(one.step);
          return (
            <li key={one.step} class={one.done ? "done" : "open"}>
              <h2>
                {words.title} <small class="mark">{one.done ? t("done") : t("not yet")}</small>
              </h2>
              <p>{words.does}</p>
              {words.lost && <p class="quiet">{words.lost}</p>}
              {one.step === "recovery_printed" && <RecoveryKeyPaper />}
              {words.page && <a href={href(words.page)}>{t("Go to “People and keys”")}</a>}
              {words.told && !one.done && (
                <Button kind="outline" busy={doing.busy.value} onPress={tick(one.step)}>
                  {t("I have done this")}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
