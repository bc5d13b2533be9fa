/** The second factor: a passkey or a code from an authenticator. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import { Button, Field, Heading } from "../parts/forms.tsx";
import { Refused, useDoing } from "../parts/said.tsx";
import { answerPasskey } from "../passkeys.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { arrive } from "./sign_in.tsx";

export function SecondFactorPage(): JSX.Element {
  const code = useSignal("");
  const doing = useDoing();
  const ways = session.second.value;
  const withPasskey = async () => {
    const { credential } = await answerPasskey(await api.passkeyQuestion());
    await api.answerWithPasskey(credential);
    await session.enter();
    arrive();
  };
  const withCode = async () => {
    await api.answerWithTotp(code.value.replace(/\D/gu, ""));
    await session.enter();
    arrive();
  };
  return (
    <section class="narrow">
      <Heading>{t("One more step")}</Heading>
      <p>{t("Your words were right. Now show that you also hold what you registered.")}</p>
      {ways.includes("passkey") && (
        <Button busy={doing.busy.value} onPress={() => void doing.run(withPasskey)}>
          {t("Use my passkey")}
        </Button>
      )}
      {ways.includes("totp") && (
        <form onSubmit={doing.on(withCode)} aria-label={t("Code from your authenticator")}>
          <Field
            label={t("Code from your authenticator")}
            hint={t("Six digits. Each code works once.")}
            value={code.value}
            onValue={(value) => (code.value = value)}
            numeric
            autocomplete="one-time-code"
            required
            maxLength={12}
          />
          <Button busy={doing.busy.value}>{t("Go on")}</Button>
        </form>
      )}
      <Refused doing={doing} />
      <button type="button" class="link" onClick={() => session.giveUp()}>
        {t("Begin again")}
      </button>
    </section>
  );
}
