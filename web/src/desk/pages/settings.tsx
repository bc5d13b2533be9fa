/** What an officer sets for themselves. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import { prepare, tryAlarm, type Tried } from "../alarm.ts";
import * as api from "../api.ts";
import type { LanguageCode } from "../api/shapes.ts";
import { Button, Copyable, Heading, Select } from "../parts/forms.tsx";
import { moment } from "../moments.ts";
import { Fingerprints, roleName } from "../parts/people.tsx";
import { useProof } from "../parts/proof.tsx";
import { Refused, Told, useDoing } from "../parts/said.tsx";
import { NewSecret, SecondFactors, Sessions } from "../parts/settings.tsx";
import { session } from "../session.ts";
import { language, LANGUAGES, speak, t } from "../texts.ts";
import { theme, type Theme } from "../theme.ts";
import { rootFingerprint } from "../trust.ts";
import { vault } from "../vault.ts";
import { unb64u } from "../../sealing/encoding.ts";

export function SettingsPage(): JSX.Element {
  const me = session.me.value;
  const held = vault.holding.value;
  return (
    <section class="columns">
      <Heading>{t("Settings")}</Heading>
      {me && <p class="quiet">{`${me.name} · ${roleName(me.role)}`}</p>}
      {me && me.role !== "administrator" && (
        <article>
          <h2>{t("Duty and alarm")}</h2>
          <Duty />
          <Telegram />
          <TryAlarm />
        </article>
      )}
      <article>
        <h2>{t("Language and look")}</h2>
        <Look />
      </article>
      <article>
        <h2>{t("Second factor")}</h2>
        <SecondFactors />
      </article>
      <article>
        <h2>{t("Six words")}</h2>
        <p>{t("Make new ones if somebody may have seen them. If somebody may have copied your keys as well, ask to be invited again: new words alone do not help then.")}</p>
        <NewSecret of="passphrase" />
      </article>
      <article>
        <h2>{t("Recovery paper")}</h2>
        <p>{t("Make a new one if the paper is lost or was seen. The old one stops working.")}</p>
        <NewSecret of="recovery" />
      </article>
      <article>
        <h2>{t("Where you are signed in")}</h2>
        <Sessions />
      </article>
      {held && me && (
        <article>
          <h2>{t("Keys")}</h2>
          <p>{t("The root key decides whose keys count. If somebody asks whether theirs is right, read this to them:")}</p>
          <p>
            <code>{rootFingerprint(unb64u(me.root_public_key, 32))}</code>
          </p>
          {me.role !== "administrator" && (
            <>
              <Fingerprints identity={held.fingerprintIdentity} signing={held.fingerprintSigning} />
              <p>{held.isListed ? t("Your keys are in the signed directory.") : t("Your keys are not in the signed directory yet.")}</p>
            </>
          )}
        </article>
      )}
    </section>
  );
}

function Duty(): JSX.Element {
  const doing = useDoing();
  const me = session.me.value;
  const set = (teamId: string, on: boolean) => doing.run(async () => {
    await api.setDuty(teamId, on);
    await session.refresh();
  });
  return (
    <fieldset>
      <legend>{t("On duty")}</legend>
      {me?.team_ids.map((teamId) => (
        <label key={teamId} class="check">
          <input
            type="checkbox"
            role="switch"
            checked={me.on_duty[teamId] ?? false}
            onChange={(event) => void set(teamId, event.currentTarget.checked)}
          />
          {vault.holding.value?.teams.find((one) => one.teamId === teamId)?.name ?? teamId}
        </label>
      ))}
      <Refused doing={doing} />
    </fieldset>
  );
}

function Telegram(): JSX.Element {
  const made = useSignal<{ readonly code: string; readonly expires_at: number } | null>(null);
  const proof = useProof();
  const make = () => proof.once(async (given) => {
    made.value = await api.linkTelegram(given);
  });
  return (
    <>
      <p>{session.me.value?.telegram ? t("Your Telegram is linked: new cases wake you there.") : t("No Telegram is linked to you.")}</p>
      {made.value === null ? (
        <Button kind="secondary" onPress={() => void make()}>
          {t("Link a Telegram")}
        </Button>
      ) : (
        <>
          <p>{t("Send this to the officers' bot, from the phone that shall ring. It works once, until {time}.", { time: moment(made.value.expires_at) })}</p>
          <Copyable label={t("Link a Telegram")} text={`/start ${made.value.code}`} />
        </>
      )}
      {proof.question}
    </>
  );
}

function TryAlarm(): JSX.Element {
  const told = useSignal("");
  const doing = useDoing();
  const tryIt = () =>
    doing.run(async () => {
      await prepare();
      const came = await tryAlarm();
      const { sent } = await api.testAlarm();
      const telegram = sent ? t("A test went to your Telegram.") : t("No Telegram is linked to you.");
      told.value = `${soundWords(came)} ${notificationWords(came)} ${telegram}`;
    });
  return (
    <>
      <Button kind="secondary" busy={doing.busy.value} onPress={() => void tryIt()}>
        {t("Try my alarm")}
      </Button>
      <Told>{told.value}</Told>
      <Refused doing={doing} />
      <p class="quiet">{t("This page rings only while it is open and connected. When you leave, Telegram is what wakes you.")}</p>
    </>
  );
}

function soundWords({ sounded }: Tried): string {
  return sounded ? t("The sound was played.") : t("This browser does not let the desk sound.");
}

function notificationWords({ notified }: Tried): string {
  switch (notified) {
    case "allowed":
      return t("Notifications are allowed.");
    case "asked":
      return t("Your browser asks whether the desk may notify you. Please allow it, and try again.");
    case "refused":
      return t("Notifications are not allowed in this browser.");
    case "impossible":
      return t("This browser shows no notifications.");
  }
}

function Look(): JSX.Element {
  const doing = useDoing();
  const setLanguage = (code: LanguageCode) => doing.run(async () => {
    await speak(code);
    await api.setLanguage(code);
  });
  return (
    <>
      <Select
        label={t("Language")}
        value={language.value}
        onValue={(value) => void setLanguage(value as LanguageCode)}
        options={LANGUAGES.map(({ code, name }) => ({ value: code, name, lang: code }))}
      />
      <Select
        label={t("Light or dark")}
        value={theme.value}
        onValue={(value) => (theme.value = value as Theme)}
        options={[
          { value: "device", name: t("As this device") },
          { value: "light", name: t("Light") },
          { value: "dark", name: t("Dark") },
        ]}
      />
      <Refused doing={doing} />
    </>
  );
}
