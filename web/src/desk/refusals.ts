/** What a refusal says to the officer, in plain words. */

import { Refusal } from "./api.ts";
import { span } from "./moments.ts";
import { PasskeyRefused } from "./passkeys.ts";
import { t } from "./texts.ts";
import { RootChanged } from "./trust.ts";
import { DirectoryRefused, DoesNotOpen } from "../sealing/errors.ts";

/** The words for whatever went wrong; an error that is nobody's answer is said as what it is, without its text. */
export function refusalWords(fault: unknown): string {
  if (fault instanceof DoesNotOpen) return t("That does not open it. Please check every word and try again.");
  if (fault instanceof PasskeyRefused) return t("The passkey gave no answer. Please try again.");
  if (fault instanceof RootChanged) return t("This server shows another root key than before. Do not go on before you have compared it.");
  if (fault instanceof DirectoryRefused && fault.reason === "directory-older") return t("The server gave an older directory than this browser has seen. Do not go on; call your supervisor.");
  if (fault instanceof DirectoryRefused) return t("The directory that the server gave is not signed by your root key. Do not go on; call your supervisor.");
  if (!(fault instanceof Refusal)) return t("This did not work in this browser. Please try again.");
  switch (fault.code) {
    case "unreachable":
      return t("The server does not answer. Nothing was changed. Please try again.");
    case "not_accepted":
      return t("That was not accepted. Please check every word and try again.");
    case "signed_out":
      return t("You are signed out. Please sign in again.");
    case "slow_down":
      return t("Too many tries. Please wait: {span}.", { span: span(Math.max(60, fault.retryAfter ?? 60)) });
    case "role":
    case "team":
      return t("Your role does not allow this.");
    case "supervisor":
      return t("A supervisor of the team compares this.");
    case "not_there":
      return t("This is not there, or not for you.");
    case "conflict":
      return t("Somebody was faster. The page now shows what they did. Please look and try again.");
    case "expired":
      return t("The directory of keys has expired: nothing is sealed to its keys any more. An administrator has to have a new one signed.");
    case "taken":
      return t("This is already taken.");
    case "state":
      return t("This is not possible now.");
    case "too_large":
      return t("This is too long.");
    case "refused":
      return reasonWords(fault.reason ?? "");
    case "origin":
      return t("The server does not believe that this page is its own. Please load the page again.");
    default:
      return t("The server could not do this. Nothing was changed.");
  }
}

/** The reasons that a person can do something about; the others are this program's own mistakes. */
function reasonWords(reason: string): string {
  if (reason.startsWith("directory-")) {
    return t("This is not the signed successor of the directory in force. Download a new draft and have that signed.");
  }
  switch (reason) {
    case "teams":
      return t("Choose at least one team; an administrator is of none.");
    case "areas":
      return t("One of these is not a municipality, or another team has it.");
    case "not_a_member":
      return t("That key is not in the signed directory.");
    case "clock":
      return t("The clock of the server is behind the last directory. Set it right first.");
    default:
      return t("The server did not accept this. Nothing was changed.");
  }
}
