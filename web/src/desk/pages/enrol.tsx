/** The first sign-in: without a second factor nobody gets further. */

import type { JSX } from "preact";

import { NewPasskey, NewTotp } from "../parts/factors.tsx";
import { Heading } from "../parts/forms.tsx";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { arrive } from "./sign_in.tsx";

export function EnrolPage(): JSX.Element {
  const done = async () => {
    await session.enter();
    arrive();
  };
  return (
    <section class="narrow">
      <Heading>{t("Register a second factor")}</Heading>
      <p>{t("Words can be overseen or told. So the desk also asks for something that you hold: a passkey on a device or key, or an app that shows codes.")}</p>
      <h2>{t("Passkey")}</h2>
      <NewPasskey onDone={done} />
      <h2>{t("Authenticator app")}</h2>
      <NewTotp onDone={done} />
      <button type="button" class="link" onClick={() => session.giveUp()}>
        {t("Not now: sign out")}
      </button>
    </section>
  );
}
