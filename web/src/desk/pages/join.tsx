/**
 * Joining by an invitation: the browser makes keys, six words and the recovery code; the words are shown once and asked back.
 *
 * Laws. The code leaves the address bar as soon as it was read. Nothing that was made here stays in this page after the last step.
 */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { Joined, Looked } from "../api/people.ts";
import { Button, Heading } from "../parts/forms.tsx";
import { PaperOf, SecretPaper } from "../parts/paper.tsx";
import { PassphraseField } from "../parts/passphrase.tsx";
import { Fingerprints, roleName } from "../parts/people.tsx";
import { Refused, useDoing } from "../parts/said.tsx";
import { replace } from "../router.ts";
import { canonicalPassphrase } from "../secrets.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { words } from "../words/syllables.ts";
import { systemRng } from "../../sealing/encoding.ts";
import { makePassphrase, makeRecoveryCode } from "../../sealing/slots.ts";

type Step = "look" | "words" | "back" | "paper" | "done";

export function JoinPage({ code }: { code: string }): JSX.Element {
  const step = useSignal<Step>("look");
  const looked = useSignal<Looked | null>(null);
  const joined = useSignal<Joined | null>(null);
  const kept = useSignal({ code, passphrase: "", recovery: "" });
  const typed = useSignal("");
  const isOther = useSignal(false);
  const doing = useDoing();

  useEffect(() => {
    history.replaceState(null, "", "#join=");
    void doing.run(async () => void (looked.value = await api.lookAtInvitation(kept.value.code)));
    return () => (kept.value = { code: "", passphrase: "", recovery: "" });
  }, []);

  const makeWords = async () => {
    kept.value = { ...kept.value, passphrase: makePassphrase(words(), systemRng), recovery: makeRecoveryCode(systemRng) };
    step.value = "words";
  };
  const giveBack = async () => {
    isOther.value = canonicalPassphrase(typed.value) !== kept.value.passphrase;
    if (isOther.value) return;
    typed.value = "";
    const found = looked.value;
    if (!found) return;
    const made = await vault.makeNewcomer(found, kept.value.passphrase, kept.value.recovery);
    joined.value = await api.join({ code: kept.value.code, ...made.joining });
    kept.value = { ...kept.value, code: "", passphrase: "" };
    step.value = "paper";
  };
  const finish = () => {
    kept.value = { code: "", passphrase: "", recovery: "" };
    step.value = "done";
  };
  const leave = () => {
    session.name.value = looked.value?.name ?? "";
    replace("");
  };

  const found = looked.value;
  if (!found) {
    return (
      <section class="narrow">
        <Heading>{t("Your invitation")}</Heading>
        <Refused doing={doing} />
        {doing.refusal.value && (
          <p>
            {t("An invitation works once and ends after a while. Ask who invited you for a new one.")}{" "}
            {t("If you have not used this link yourself, say so: somebody else may have.")}
          </p>
        )}
      </section>
    );
  }
  switch (step.value) {
    case "look":
      return <Welcome found={found} doing={doing} onGo={() => void doing.run(makeWords)} />;
    case "words":
      return (
        <section class="narrow">
          <Heading>{t("Your six words")}</Heading>
          <p>{t("These words open everything that you may read. Nobody else ever sees them, and nobody can look them up for you.")}</p>
          <SecretPaper of={PaperOf.passphrase} name={found.name} secret={kept.value.passphrase} />
          <p>{t("Learn them, or write them on paper and keep it where you keep your identity card. Do not take a picture. Do not send them to anybody.")}</p>
          <Button onPress={() => (step.value = "back")}>{t("I have them")}</Button>
        </section>
      );
    case "back":
      return (
        <section class="narrow">
          <Heading>{t("Say them back")}</Heading>
          <form onSubmit={doing.on(giveBack)} aria-label={t("Say them back")}>
            <PassphraseField value={typed.value} onValue={(value) => (typed.value = value)} />
            <Button busy={doing.busy.value}>{doing.busy.value ? t("Your keys are being made. This takes some seconds.") : t("Make my keys")}</Button>
            <p role="alert" class="refused">
              {isOther.value ? t("These are not the words. Please look at them again.") : ""}
            </p>
            <Refused doing={doing} />
          </form>
          <button type="button" class="link" onClick={() => (step.value = "words")}>
            {t("Show me the words again")}
          </button>
        </section>
      );
    case "paper":
      return (
        <section class="narrow">
          <Heading>{t("Your recovery paper")}</Heading>
          <p>{t("If you ever lose the six words, this code lets you in to make new ones. If words and paper are both lost, you must be invited again.")}</p>
          <SecretPaper of={PaperOf.recovery} name={found.name} secret={kept.value.recovery} />
          <p>{t("Print it or copy it by hand, and lock it away, not together with the words. It is shown only now.")}</p>
          <Button onPress={finish}>{t("The paper is safe")}</Button>
        </section>
      );
    case "done":
      return (
        <section class="narrow">
          <Heading>{t("Now read this aloud")}</Heading>
          {joined.value && found.role !== "administrator" && (
            <>
              <p>{t("Call who invited you, or meet them. Read both lines to them. They compare them with theirs: so nobody can slip in a false key.")}</p>
              <Fingerprints identity={joined.value.fingerprint_identity} signing={joined.value.fingerprint_signing} />
            </>
          )}
          <p>{t("You can sign in now and register your second factor. You see cases once your keys are in the signed directory.")}</p>
          <Button onPress={leave}>{t("To sign-in")}</Button>
        </section>
      );
  }
}

function Welcome({ found, doing, onGo }: { found: Looked; doing: ReturnType<typeof useDoing>; onGo: () => void }): JSX.Element {
  return (
    <section class="narrow">
      <Heading>{t("Welcome, {name}", { name: found.name })}</Heading>
      <p>{t("You are invited as: {role}.", { role: roleName(found.role) })}</p>
      {found.team_names.length > 0 && <p>{t("Teams: {teams}", { teams: found.team_names.join(", ") })}</p>}
      <p>{t("This takes five minutes. Do it alone, on a device that is yours, where nobody looks at the screen.")}</p>
      <ol>
        <li>{t("Your browser makes your keys. They never leave it unlocked.")}</li>
        <li>{t("It gives you six words. Only they unlock your keys.")}</li>
        <li>{t("It gives you a code on paper, in case the words are lost.")}</li>
        <li>{t("You read a short number aloud to who invited you.")}</li>
      </ol>
      <Button busy={doing.busy.value} onPress={onGo}>
        {t("Begin")}
      </Button>
      <Refused doing={doing} />
    </section>
  );
}
