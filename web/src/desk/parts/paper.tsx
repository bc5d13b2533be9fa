/** A secret that is shown once and may be printed: the six words, or the recovery code. Printing happens in this browser alone. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import { groupedRecovery } from "../secrets.ts";
import { language, t } from "../texts.ts";
import { cyrillic } from "../words/syllables.ts";
import { Button } from "./forms.tsx";

export const PaperOf = { passphrase: "passphrase", recovery: "recovery" } as const;

interface Props {
  readonly of: (typeof PaperOf)[keyof typeof PaperOf];
  readonly name: string;
  readonly secret: string;
}

/** The secret, large, with a button that prints nothing but it. */
export function SecretPaper({ of, name, secret }: Props): JSX.Element {
  const isPrinted = useSignal(false);
  const print = () => {
    window.print();
    isPrinted.value = true;
  };
  return (
    <figure class="paper" aria-label={of === PaperOf.passphrase ? t("Your six words") : t("Your recovery code")}>
      <p class="for-print">{of === PaperOf.passphrase ? t("Six words of {name}", { name }) : t("Recovery code of {name}", { name })}</p>
      {of === PaperOf.passphrase ? <Words secret={secret} /> : <code class="secret">{groupedRecovery(secret)}</code>}
      <p class="for-print">{t("Keep this locked away. Whoever has it and your second factor can read what you can read.")}</p>
      <Button kind="outline" onPress={print}>
        {t("Print")}
      </Button>
      <span role="status">{isPrinted.value ? t("If your printer keeps a memory or is shared, copy by hand instead.") : ""}</span>
    </figure>
  );
}

/** The words one by one, in the script that the officer reads. */
function Words({ secret }: { secret: string }): JSX.Element {
  const shown = language.value === "sr-Cyrl" ? cyrillic(secret) : secret;
  return (
    <ol class="secret">
      {shown.split(" ").map((word, index) => (
        <li key={index} translate={false}>
          {word}
        </li>
      ))}
    </ol>
  );
}
