/** How people and keys are named on every page. */

import type { JSX } from "preact";

import type { Role } from "../api/shapes.ts";
import { browserShelf } from "../shelf.ts";
import { t } from "../texts.ts";
import { believeAnew, refusedRoot } from "../trust.ts";
import { Button } from "./forms.tsx";

/** A role in the officer's language. */
export function roleName(role: Role): string {
  switch (role) {
    case "officer":
      return t("Officer");
    case "supervisor":
      return t("Supervisor");
    case "administrator":
      return t("Administrator");
  }
}

/** Two fingerprints, to be read aloud and compared. */
export function Fingerprints({ identity, signing }: { identity: string; signing: string }): JSX.Element {
  return (
    <dl class="fingerprints">
      <dt>{t("Key for reading")}</dt>
      <dd>
        <code>{identity}</code>
      </dd>
      <dt>{t("Key for signing")}</dt>
      <dd>
        <code>{signing}</code>
      </dd>
    </dl>
  );
}

/** Asks about a root key that this browser does not know, where one was refused. */
export function RootQuestion(): JSX.Element | null {
  const refused = refusedRoot.value;
  if (refused === null) return null;
  return (
    <article class="warning">
      <h2>{t("Another root key")}</h2>
      <p>{t("The root key decides whose keys count. It changes only when everything is set up anew. Ask your administrator, in a way you trust, to read its fingerprint to you.")}</p>
      <dl class="fingerprints">
        <dt>{t("Until now")}</dt>
        <dd>
          <code>{refused.before}</code>
        </dd>
        <dt>{t("Now")}</dt>
        <dd>
          <code>{refused.now}</code>
        </dd>
      </dl>
      <Button kind="secondary" onPress={() => believeAnew(browserShelf())}>
        {t("I have compared it: believe the new root key")}
      </Button>
    </article>
  );
}
