/** The actions of the audit log in words; one that is not known here is shown by its code. */

import type { Role } from "../api/shapes.ts";
import { moment } from "../moments.ts";
import { LANGUAGES, t } from "../texts.ts";
import type { Names } from "./names.ts";
import { roleName } from "./people.tsx";
import { stepWords } from "./steps.ts";

/** Urgency is called by its letter and number everywhere. */
const URGENCY = /^P[0-3]$/u;

/** What somebody did. */
export function actionWords(action: string): string {
  const words: Readonly<Record<string, string>> = {
    case_opened: t("opened a case"),
    case_fetched: t("their desk fetched a case, for queue, search or a new key"),
    case_read: t("read a case"),
    blob_opened: t("opened an attachment"),
    contacts_opened: t("looked at emergency contacts"),
    case_note: t("wrote into a case"),
    case_acknowledge: t("acknowledged a case"),
    case_take: t("took a case"),
    case_release: t("released a case"),
    case_hand_over: t("handed a case over"),
    case_take_over: t("took a case over"),
    case_snooze: t("snoozed a case"),
    case_wake: t("woke a case"),
    case_urgency: t("changed the urgency"),
    case_area: t("changed the municipality"),
    case_let_in: t("let another team read"),
    case_rewrap: t("gave a case the new key of its team"),
    case_shut_out: t("shut a team out"),
    case_reply: t("answered a reporter"),
    case_refer: t("referred a case"),
    case_close: t("closed a case"),
    case_reopen: t("reopened a case"),
    proof_accepted: t("gave the right words"),
    signed_in: t("signed in"),
    sign_in_refused: t("sign-in refused"),
    code_refused: t("code refused"),
    passkey_refused: t("passkey refused"),
    proof_refused: t("words refused before a change"),
    signed_out: t("signed out"),
    signed_out_everywhere: t("signed out everywhere"),
    session_ended: t("ended a session"),
    enrolled: t("registered the first second factor"),
    totp_set_up: t("registered an authenticator"),
    passkey_added: t("registered a passkey"),
    passkey_removed: t("removed a passkey"),
    passphrase_changed: t("changed the six words"),
    recovery_changed: t("made a new recovery paper"),
    language_set: t("chose a language"),
    telegram_code_made: t("asked for a code that links a Telegram"),
    shift_begun: t("went on duty"),
    shift_ended: t("went off duty"),
    alarm_tried: t("tried the alarm"),
    invited: t("invited somebody"),
    invitation_withdrawn: t("withdrew an invitation"),
    joined: t("joined"),
    admission_compared: t("compared fingerprints"),
    admission_refused: t("refused a newcomer"),
    officer_removed: t("removed an officer"),
    officer_readmitted: t("invited an officer again"),
    team_planned: t("planned a team"),
    team_key_made: t("made a team's key"),
    team_wrapped: t("gave a team's key to a member"),
    wrap_broken: t("reported a key that does not open"),
    directory_installed: t("installed a directory"),
    ceremony_ticked: t("ticked a first step"),
  };
  return Object.hasOwn(words, action) ? (words[action] ?? action) : action;
}

/** What it was done to: each fact in words, ids as names; what nobody could read, a key or a hash, is left out. */
export function aboutWords(about: Readonly<Record<string, unknown>> | null, names: Names): string {
  const either = (value: string) => names.people.get(value) ?? names.places.get(value) ?? (URGENCY.test(value) ? value : t("not known"));
  const facts: Readonly<Record<string, (value: string) => string | null>> = {
    officer: (id) => names.people.get(id) ?? null,
    entries: (n) => t("Entries: {n}", { n }),
    role: (value) => roleName(value as Role),
    team: (id) => t("Team: {team}", { team: names.teams.get(id) ?? t("one that is not there any more") }),
    serial: (n) => t("Number of the directory: {n}", { n }),
    times: (n) => t("Times: {n}", { n }),
    sessions: (n) => t("Sessions: {n}", { n }),
    released: (n) => t("Cases that went back to the queue: {n}", { n }),
    from: (value) => t("Before: {value}", { value: either(value) }),
    to: (value) => t("Now: {value}", { value: either(value) }),
    until: (at) => (at === "-1" || at === "null" ? t("until a reply") : t("until: {time}", { time: moment(Number(at)) })),
    telegram: (sent) => (sent === "true" ? t("Telegram: sent") : t("Telegram: not sent")),
    language: (code) => LANGUAGES.find((one) => one.code === code)?.name ?? null,
    step: (step) => stepWords(step).title,
    with: (factor) => factorWords(factor),
    second: (factor) => factorWords(factor),
  };
  const told = Object.entries(about ?? {}).map(([name, value]) => (Object.hasOwn(facts, name) ? (facts[name]?.(String(value)) ?? null) : null));
  return told.filter((one) => one !== null).join(" · ");
}

/** By what somebody proved who they are. */
function factorWords(factor: string): string | null {
  switch (factor) {
    case "passphrase":
      return t("with the six words");
    case "recovery":
      return t("with the recovery paper");
    case "totp":
      return t("with the authenticator");
    case "passkey":
      return t("with a passkey");
    case "enrolled":
      return t("with a factor registered just then");
    default:
      return null;
  }
}
