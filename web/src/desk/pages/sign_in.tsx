/** Signing in: a name, and six words or the recovery code. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import { firstPage } from "../pages.tsx";
import { Button, Field, Heading } from "../parts/forms.tsx";
import { PassphraseField } from "../parts/passphrase.tsx";
import { RootQuestion } from "../parts/people.tsx";
import { Refused, Told, useDoing } from "../parts/said.tsx";
import { replace, route } from "../router.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";

/** After sign-in nobody stays at an address that is not theirs. */
export function arrive(): void {
  const role = session.me.value?.role;
  if (session.standing.value === "open" && role && location.hash.replace(/^#\/?/u, "") === "") replace(firstPage(role));
}

/** The page of somebody who is signed out. */
export function SignInPage(): JSX.Element {
  const name = useSignal(session.name.value);
  const typed = useSignal("");
  const isRecovery = useSignal(false);
  const progress = useSignal(0);
  const doing = useDoing();
  const submit = doing.on(async () => {
    try {
      const factor = isRecovery.value ? "recovery" : "passphrase";
      await session.prove(name.value.trim(), typed.value, factor, (part) => (progress.value = part));
      arrive();
    } finally {
      typed.value = "";
      progress.value = 0;
    }
  });
  return (
    <section class="narrow">
      <Heading>{t("Sign in")}</Heading>
      <Told>{endedWords()}</Told>
      <form onSubmit={submit} aria-label={t("Sign in")}>
        <Field label={t("Your name, as it was invited")} value={name.value} onValue={(value) => (name.value = value)} required autocomplete="off" />
        {isRecovery.value ? (
          <Field
            label={t("The code on your recovery paper")}
            hint={t("24 letters and digits. Spaces and capitals do not matter.")}
            value={typed.value}
            onValue={(value) => (typed.value = value)}
            required
          />
        ) : (
          <PassphraseField value={typed.value} onValue={(value) => (typed.value = value)} />
        )}
        <Button busy={doing.busy.value}>{doing.busy.value ? t("Please wait") : t("Sign in")}</Button>
        {doing.busy.value && <progress value={progress.value} max={1} aria-label={t("Your key is being made")} />}
        <Refused doing={doing} />
      </form>
      <RootQuestion />
      <p>
        <button type="button" class="link" onClick={() => ((isRecovery.value = !isRecovery.value), (typed.value = ""))}>
          {isRecovery.value ? t("Sign in with the six words") : t("The six words are lost: use the recovery paper")}
        </button>
      </p>
      <p class="quiet">{t("Words and paper both lost? A supervisor or an administrator can invite you again. Nobody can read your six words for you.")}</p>
    </section>
  );
}

function endedWords(): string {
  void route.value;
  switch (session.ended.value) {
    case "session_over":
      return t("You were signed out. This desk does not ring until you sign in again.");
    case "signed_out":
      return t("You are signed out. This browser holds nothing that opens a case.");
    case null:
      return "";
  }
}
