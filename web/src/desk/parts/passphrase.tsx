/** The field for six words, with help while they are typed: how many there are, and which is not one of the words. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";

import { canonicalPassphrase } from "../secrets.ts";
import { t } from "../texts.ts";
import { isWord } from "../words/syllables.ts";
import { Field } from "./forms.tsx";

const WORDS = 6;

interface Props {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly label?: string;
  readonly autofocus?: boolean;
}

/** Six words, hidden unless asked for. The help names the places and never shows a word that is hidden. */
export function PassphraseField({ value, onValue, label, autofocus }: Props): JSX.Element {
  const isShown = useSignal(false);
  const id = useId();
  return (
    <div class="passphrase">
      <Field
        label={label ?? t("Your six words")}
        type={isShown.value ? "text" : "password"}
        value={value}
        onValue={onValue}
        required
        autofocus={autofocus ?? false}
      />
      <p class="word-help" role="status">
        {helpWords(value)}
      </p>
      <label for={id} class="check">
        <input id={id} type="checkbox" checked={isShown.value} onChange={(event) => (isShown.value = event.currentTarget.checked)} />
        {t("Show the words")}
      </label>
    </div>
  );
}

function helpWords(value: string): string {
  const typed = canonicalPassphrase(value).split(" ").filter(Boolean);
  if (typed.length === 0) return "";
  // The last word may still be on its way, until there is something after it or it is the sixth.
  const isWhole = /\s$/u.test(value) || typed.length >= WORDS;
  const odd = typed.flatMap((word, index) => (isWord(word) || (index === typed.length - 1 && !isWhole) ? [] : [index + 1]));
  const count = t("Words: {n} of {all}.", { n: typed.length, all: WORDS });
  return odd.length === 0 ? count : `${count} ${t("Please look at this word again: number {places}.", { places: odd.join(", ") })}`;
}
