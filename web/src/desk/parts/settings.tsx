/** Sections of the settings that change secrets: passphrase, recovery paper, second factors, sessions. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { FirstFactor } from "../api/sign_in.ts";
import type { SessionJson } from "../api/shapes.ts";
import { moment } from "../moments.ts";
import { canonicalPassphrase } from "../secrets.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { words } from "../words/syllables.ts";
import { systemRng } from "../../sealing/encoding.ts";
import { makePassphrase, makeRecoveryCode } from "../../sealing/slots.ts";
import { NewPasskey, NewTotp } from "./factors.tsx";
import { Button } from "./forms.tsx";
import { PaperOf, SecretPaper } from "./paper.tsx";
import { PassphraseField } from "./passphrase.tsx";
import { ProofField, useProof, withProof } from "./proof.tsx";
import { Refused, Told, useDoing } from "./said.tsx";

/** A new secret in place of an old one: prove the old, see the new, say it back (words only), done. */
export function NewSecret({ of }: { of: FirstFactor }): JSX.Element {
  const now = useSignal("");
  const made = useSignal("");
  const back = useSignal("");
  const told = useSignal("");
  const doing = useDoing();
  const isWords = of === "passphrase";
  const make = async () => {
    made.value = isWords ? makePassphrase(words(), systemRng) : makeRecoveryCode(systemRng);
    told.value = "";
  };
  const keep = async () => {
    if (isWords && canonicalPassphrase(back.value) !== made.value) {
      told.value = t("These are not the words. Please look at them again.");
      return;
    }
    await withProof(now.value, async (proofNow) => {
      const { slot, proof } = await vault.makeSlot(of, made.value);
      await (isWords ? api.changePassphrase : api.changeRecovery)(proofNow, slot, proof);
    });
    now.value = made.value = back.value = "";
    if (isWords) session.cameByRecovery.value = false;
    told.value = t("Changed. You are signed out everywhere else.");
    await session.refresh();
  };
  return (
    <>
      {made.value === "" ? (
        <Button kind="secondary" onPress={() => void doing.run(make)}>
          {isWords ? t("Make six new words") : t("Make a new recovery paper")}
        </Button>
      ) : (
        <form onSubmit={doing.on(keep)} aria-label={isWords ? t("New words") : t("New recovery paper")}>
          <SecretPaper of={isWords ? PaperOf.passphrase : PaperOf.recovery} name={session.name.value} secret={made.value} />
          {isWords && <PassphraseField label={t("The new words, once more")} value={back.value} onValue={(value) => (back.value = value)} />}
          <ProofField
            words={t("Your words until now")}
            paper={t("The code on your recovery paper until now")}
            value={now.value}
            onValue={(value) => (now.value = value)}
          />
          <Button busy={doing.busy.value}>{t("Change it")}</Button>
          <Refused doing={doing} />
        </form>
      )}
      <Told>{told.value}</Told>
    </>
  );
}

/** Passkeys and the authenticator. */
export function SecondFactors(): JSX.Element {
  const me = session.me.value;
  const proof = useProof();
  const done = () => session.refresh();
  const remove = (credentialId: string) => () =>
    void proof.once(async (given) => {
      await api.removePasskey(credentialId, given);
      await done();
    });
  return (
    <>
      <ul class="rows">
        {me?.passkeys.map((one) => (
          <li key={one.credential_id}>
            <span>
              {one.label} <small>{t("since {time}", { time: moment(one.added_at) })}</small>{" "}
              {one.prf && <small class="mark">{t("opens the lock screen")}</small>}
            </span>
            <Button kind="outline" onPress={remove(one.credential_id)}>
              {t("Remove")}
            </Button>
          </li>
        ))}
        {me?.totp && <li>{t("Authenticator app: registered")}</li>}
      </ul>
      {proof.question}
      <NewPasskey onDone={done} />
      <NewTotp onDone={done} />
    </>
  );
}

/** Where one is signed in. */
export function Sessions(): JSX.Element {
  const known = useSignal<readonly SessionJson[]>([]);
  const doing = useDoing();
  const read = async () => void (known.value = await api.sessions());
  useEffect(() => void doing.run(read), []);
  const end = (sessionId: string) => () =>
    void doing.run(async () => {
      await api.endSession(sessionId);
      await read();
    });
  return (
    <>
      <ul class="rows">
        {known.value.map((one) => (
          <li key={one.session_id}>
            <span>
              {t("Signed in {began}, last seen {seen}", { began: moment(one.began_at), seen: moment(one.seen_at) })}{" "}
              {one.this && <small class="mark">{t("this one")}</small>}
            </span>
            {!one.this && (
              <Button kind="outline" onPress={end(one.session_id)}>
                {t("End it")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Refused doing={doing} />
      <Button kind="secondary" onPress={() => void session.signOut(true).catch(() => undefined)}>
        {t("Sign out everywhere")}
      </Button>
    </>
  );
}
