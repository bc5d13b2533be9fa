/**
 * The six words once more, before a change that a stolen session could dig itself in with: one question, asked by all of them.
 *
 * Laws. The server is given the login proof that this browser derives anew from what is typed; it is kept no longer than the change takes.
 * Who came in by the recovery paper has lost the words: then the paper is the proof. Who registers their first factor has just given it.
 */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import type { FirstFactor } from "../api/sign_in.ts";
import type { B64u } from "../api/shapes.ts";
import { canonicalSecret } from "../secrets.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { Button, Dialog, Field } from "./forms.tsx";
import { PassphraseField } from "./passphrase.tsx";
import { Refused, useDoing } from "./said.tsx";

/** A change that wants the proof; without one where it is the first factor that is registered. */
export type Change = (proof?: B64u) => Promise<void>;

/** By what this officer proves who they are. */
export function proves(): FirstFactor {
  return session.cameByRecovery.value ? "recovery" : "passphrase";
}

/** Derive the proof of what was typed and make the change with it. */
export async function withProof(typed: string, change: (proof: B64u) => Promise<void>, onProgress?: (part: number) => void): Promise<void> {
  const factor = proves();
  const costs = await api.beginSignIn(session.name.value, factor);
  const stretched = await vault.stretch(canonicalSecret(typed, factor), costs, onProgress);
  try {
    await change(stretched.loginProof);
  } finally {
    stretched.forget();
  }
}

/** The field in which the proof is typed, by words or from paper. */
export function ProofField({ words, paper, value, onValue, autofocus = false }: {
  readonly words: string;
  readonly paper: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly autofocus?: boolean;
}): JSX.Element {
  if (proves() === "passphrase") return <PassphraseField label={words} value={value} onValue={onValue} autofocus={autofocus} />;
  return <Field label={paper} value={value} onValue={onValue} autofocus={autofocus} required />;
}

/** Asks before a change: `once(change)` opens the question, which a component shows where it likes. */
export function useProof(): { readonly once: (change: Change) => Promise<void>; readonly question: JSX.Element | null } {
  const asked = useSignal<Change | null>(null);
  const close = () => void (asked.value = null);
  const once = async (change: Change) => {
    if (session.standing.value === "enrol") await change();
    else asked.value = change;
  };
  return { once, question: asked.value && <Question change={asked.value} onClose={close} /> };
}

function Question({ change, onClose }: { change: Change; onClose: () => void }): JSX.Element {
  const typed = useSignal("");
  const progress = useSignal(0);
  const doing = useDoing();
  const title = proves() === "passphrase" ? t("Your six words, once more") : t("The code on your recovery paper, once more");
  const goOn = async () => {
    try {
      await withProof(typed.value, change, (part) => (progress.value = part));
    } finally {
      progress.value = 0;
    }
    typed.value = "";
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{t("This is asked so that nobody who finds your desk open can register a key or a phone of their own.")}</p>
      <form onSubmit={doing.on(goOn)}>
        <ProofField
          words={t("Your six words")}
          paper={t("The code on your recovery paper")}
          value={typed.value}
          onValue={(value) => (typed.value = value)}
          autofocus
        />
        <Button busy={doing.busy.value}>{t("Go on")}</Button>
        {doing.busy.value && <progress value={progress.value} max={1} aria-label={t("Your key is being made")} />}
        <Refused doing={doing} />
      </form>
    </Dialog>
  );
}
