/** Sign-in, the second factor, sessions, and what an officer keeps about themselves. */

import { get, post } from "./call.ts";
import type { B64u, LanguageCode, Me, PassphraseSlotJson, PhraseJson, PrfSlotJson, SessionJson, TextsJson } from "./shapes.ts";

export type FirstFactor = "passphrase" | "recovery";

export interface Costs {
  readonly salt: B64u;
  readonly m_kib: number;
  readonly t: number;
  readonly p: number;
}

export interface Proved {
  readonly second: readonly ("totp" | "passkey")[];
  readonly enroll?: boolean;
}

type Nothing = Readonly<Record<string, never>>;

export const beginSignIn = (name: string, factor: FirstFactor) => post<Costs>("/sign-in/begin", { name, with: factor });
export const proveSignIn = (name: string, factor: FirstFactor, proof: B64u) =>
  post<Proved>("/sign-in/proof", { name, with: factor, proof });
export const passkeyQuestion = () => post<object>("/sign-in/passkey/options");
export const answerWithPasskey = (credential: object) => post<Nothing>("/sign-in/passkey", { credential });
export const answerWithTotp = (code: string) => post<Nothing>("/sign-in/totp", { code });
export const signOut = () => post<Nothing>("/sign-out");
export const signOutEverywhere = () => post<Nothing>("/sign-out/everywhere");

export const me = (quiet = false) => get<Me>("/me", {}, quiet);
export const setLanguage = (language: LanguageCode) => post<Nothing>("/me/language", { language });
export const sessions = () => get<readonly SessionJson[]>("/me/sessions");
export const endSession = (session_id: B64u) => post<Nothing>("/me/sessions/end", { session_id });
export interface OfferedTotp {
  readonly secret: string;
  readonly uri: string;
  /** The uri as a QR code: a `data:` address of an SVG picture. */
  readonly picture?: string;
}

/** `proof_now` is the login proof, derived once more; who enrols has none to give. */
export const makeTotp = (proof_now?: B64u) => post<OfferedTotp>("/me/totp", { proof_now });
export const confirmTotp = (code: string, proof_now?: B64u) => post<Nothing>("/me/totp/confirm", { code, proof_now });
export const newPasskeyOptions = (proof_now?: B64u) => post<object>("/me/passkeys/options", { proof_now });
export const addPasskey = (credential: object, label: string, slot?: PrfSlotJson, proof_now?: B64u) =>
  post<Nothing>("/me/passkeys", { credential, label, slot, proof_now });
export const removePasskey = (credential_id: B64u, proof_now?: B64u) => post<Nothing>("/me/passkeys/remove", { credential_id, proof_now });
export const changePassphrase = (proof_now: B64u, slot: PassphraseSlotJson, proof: B64u) =>
  post<Nothing>("/me/passphrase", { proof_now, slot, proof });
export const changeRecovery = (proof_now: B64u, slot: PassphraseSlotJson, proof: B64u) =>
  post<Nothing>("/me/recovery", { proof_now, slot, proof });
export const setDuty = (team_id: string, on: boolean) => post<Nothing>("/me/duty", { team_id, on });
export const linkTelegram = (proof_now?: B64u) =>
  post<{ readonly code: string; readonly expires_at: number }>("/me/telegram", { proof_now });
export const testAlarm = () => post<{ readonly sent: boolean }>("/alarm/test");

export const texts = (language: LanguageCode) => get<TextsJson>(`/texts/${language}`, {}, true);
export const phrases = () => get<readonly PhraseJson[]>("/phrases", {}, true);
