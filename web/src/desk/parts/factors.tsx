/** Registering a second factor: a passkey, or the secret of an authenticator. Used at the first sign-in and in the settings. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import type { B64u, PrfSlotJson } from "../api/shapes.ts";
import type { OfferedTotp } from "../api/sign_in.ts";
import { askPrf, isAvailable, makePasskey } from "../passkeys.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { Button, Copyable, Field } from "./forms.tsx";
import { useProof } from "./proof.tsx";
import { Refused, useDoing } from "./said.tsx";

const PRF_SALT_BYTES = 32;
/** The contract's bound on a label. */
const LONGEST_LABEL = 40;

interface Props {
  readonly onDone: () => Promise<void>;
}

/** Register a passkey. While the vault is open it may also become a key to the lock screen. */
export function NewPasskey({ onDone }: Props): JSX.Element {
  const label = useSignal("");
  const opens = useSignal(false);
  const doing = useDoing();
  const proof = useProof();
  const make = async (given?: B64u) => {
    const wantsSlot = opens.value && vault.isOpen.value;
    const prfSalt = crypto.getRandomValues(new Uint8Array(PRF_SALT_BYTES));
    const made = await makePasskey(await api.newPasskeyOptions(given), wantsSlot ? prfSalt : null);
    let slot: PrfSlotJson | undefined;
    if (wantsSlot && made.hasPrf) {
      // Many devices give the PRF only when a passkey is used, not when it is made.
      const output = made.prf ?? (await askPrf(made.credential.id, prfSalt)).prf;
      if (output) slot = await vault.makePrfSlot(made.credential.id, prfSalt, output);
    }
    await api.addPasskey(made.credential, label.value.trim() || t("Passkey"), slot, given);
    label.value = "";
    await onDone();
  };
  if (!isAvailable()) return <p>{t("This browser knows no passkeys.")}</p>;
  return (
    <>
      <form onSubmit={doing.on(() => proof.once(make))} aria-label={t("New passkey")}>
        <Field
          label={t("A name for this passkey")}
          hint={t("For example: key on my ring, or my phone.")}
          value={label.value}
          onValue={(value) => (label.value = value)}
          maxLength={LONGEST_LABEL}
        />
        {vault.isOpen.value && (
          <label class="check">
            <input type="checkbox" checked={opens.value} onChange={(event) => (opens.value = event.currentTarget.checked)} />
            {t("It also opens the lock screen, if the device can do that. Whoever has the device and its PIN can then open cases while you are signed in.")}
          </label>
        )}
        <Button busy={doing.busy.value}>{t("Register a passkey")}</Button>
        <Refused doing={doing} />
      </form>
      {proof.question}
    </>
  );
}

/** Register an authenticator: show its secret once, ask for the first code. */
export function NewTotp({ onDone }: Props): JSX.Element {
  const made = useSignal<OfferedTotp | null>(null);
  const code = useSignal("");
  const doing = useDoing();
  const proof = useProof();
  // The words were said once for both steps: the secret that is shown, and its first code.
  const given = useSignal<B64u | undefined>(undefined);
  const offer = async (now?: B64u) => {
    made.value = await api.makeTotp(now);
    given.value = now;
  };
  const confirm = async () => {
    await api.confirmTotp(code.value.replace(/\D/gu, ""), given.value);
    made.value = null;
    given.value = undefined;
    code.value = "";
    await onDone();
  };
  if (!made.value) {
    return (
      <>
        <Button kind="secondary" busy={doing.busy.value} onPress={() => void doing.run(() => proof.once(offer))}>
          {t("Use an authenticator app")}
        </Button>
        <Refused doing={doing} />
        {proof.question}
      </>
    );
  }
  return (
    <form onSubmit={doing.on(confirm)} aria-label={t("New authenticator")}>
      {made.value.picture?.startsWith("data:image/svg+xml") && (
        <>
          <p>{t("Scan this picture with your authenticator app.")}</p>
          <img class="qr" src={made.value.picture} alt={t("The secret as a picture; it also stands below in letters.")} />
        </>
      )}
      <p>{t("Or type this secret into the app, as a time-based code:")}</p>
      <Copyable label={t("Secret")} text={made.value.secret.replace(/.{4}(?=.)/gu, "$& ")} />
      <p>
        <a href={made.value.uri}>{t("On this phone: open the app with it")}</a>
      </p>
      <Field label={t("The code that the app shows now")} value={code.value} onValue={(value) => (code.value = value)} numeric required maxLength={12} />
      <Button busy={doing.busy.value}>{t("Confirm the code")}</Button>
      <Refused doing={doing} />
    </form>
  );
}
