/** The lock screen: the seeds are forgotten, the passphrase or a passkey with an unlock slot opens again. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import type { PrfSlotJson } from "../api/shapes.ts";
import { Button, Heading } from "../parts/forms.tsx";
import { PassphraseField } from "../parts/passphrase.tsx";
import { RootQuestion } from "../parts/people.tsx";
import { Refused, useDoing } from "../parts/said.tsx";
import { askPrf, PasskeyRefused } from "../passkeys.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { unb64u } from "../../sealing/encoding.ts";

export function LockPage(): JSX.Element {
  const typed = useSignal("");
  const progress = useSignal(0);
  const doing = useDoing();
  const slots = (session.me.value?.slots ?? []).filter((one): one is PrfSlotJson => one.slot === "prf");
  const unlock = async () => {
    try {
      await session.unlock(typed.value, (part) => (progress.value = part));
    } finally {
      typed.value = "";
      progress.value = 0;
    }
  };
  const withPasskey = async () => {
    const slot = slots[0];
    if (!slot) return;
    const { prf } = await askPrf(slot.credential_id, unb64u(slot.prf_salt, 32));
    if (!prf) throw new PasskeyRefused();
    await session.unlockWithPrf(slot.credential_id, prf);
  };
  return (
    <section class="narrow">
      <Heading>{t("The desk is locked")}</Heading>
      <p>{t("This browser has forgotten your keys. Your six words open it again.")}</p>
      <p class="quiet">{t("Signed in: {name}", { name: session.me.value?.name ?? "" })}</p>
      <form onSubmit={doing.on(unlock)} aria-label={t("Unlock")}>
        <PassphraseField value={typed.value} onValue={(value) => (typed.value = value)} autofocus />
        <Button busy={doing.busy.value}>{t("Unlock")}</Button>
        {doing.busy.value && <progress value={progress.value} max={1} aria-label={t("Your key is being made")} />}
      </form>
      {slots.length > 0 && (
        <Button kind="secondary" busy={doing.busy.value} onPress={() => void doing.run(withPasskey)}>
          {t("Unlock with my passkey")}
        </Button>
      )}
      <Refused doing={doing} />
      <RootQuestion />
      <button type="button" class="link" onClick={() => void session.signOut().catch(() => undefined)}>
        {t("Sign out")}
      </button>
    </section>
  );
}
