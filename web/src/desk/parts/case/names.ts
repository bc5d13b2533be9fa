/** The desk's names of things that come as codes. */

import type { ReplyState, Row, Urgency } from "../../api/shapes.ts";
import { t } from "../../texts.ts";
import { vault } from "../../vault.ts";
import type { Outcome } from "./plaintexts.ts";
import { officerName } from "./around.ts";

export function urgencyName(level: Urgency | string): string {
  switch (level) {
    case "P0":
      return t("P0, immediate");
    case "P1":
      return t("P1, urgent");
    case "P2":
      return t("P2, soon");
    case "P3":
      return t("P3, standard");
    default:
      return level;
  }
}

export function languageName(code: string): string {
  switch (code) {
    case "sq":
      return "Shqip";
    case "sr-Latn":
      return "Srpski";
    case "sr-Cyrl":
      return "Српски";
    case "rom":
      return "Romani čhib";
    case "en":
      return "English";
    default:
      return code;
  }
}

export function channelName(code: string): string {
  switch (code) {
    case "telegram":
      return "Telegram";
    case "viber":
      return "Viber";
    case "page":
      return t("web page");
    default:
      return code;
  }
}

/** In which state a case is and who has it. */
export function stateName(row: Row): string {
  if (row.state === "closed") return t("Closed");
  if (row.state === "withdrawn") return t("Taken back by the reporter");
  if (row.state === "referred") return t("Referred");
  if (row.state === "taken") return t("Taken by {name}", { name: officerName(row.taken_by) });
  return row.acknowledged_by ? t("Seen by {name}", { name: officerName(row.acknowledged_by) }) : t("Waiting");
}

/** A team by the name that the signed directory gives it. */
export function teamName(teamId: string): string {
  return vault.holding.value?.teams.find((team) => team.teamId === teamId)?.name ?? teamId;
}

export function teamOfKey(keyId: string): string {
  return vault.holding.value?.teams.find((team) => team.keyId === keyId)?.name ?? t("a team that is not known, or its former key");
}

export function replyStateName(state: ReplyState): string {
  switch (state) {
    case "waiting":
      return t("waiting");
    case "sending":
      return t("on its way");
    case "delivered":
      return t("delivered");
    case "read":
      return t("read");
    case "blocked":
      return t("cannot arrive: the reporter has blocked or left the chat");
    case "expired":
      return t("expired, not read");
    case "failed":
      return t("could not be sent");
  }
}

export function outcomeName(outcome: Outcome | string): string {
  switch (outcome) {
    case "helped":
      return t("Help was given");
    case "referred":
      return t("Handed on to another service");
    case "not_reached":
      return t("The reporter could not be reached");
    case "withdrawn":
      return t("Taken back by the reporter");
    case "duplicate":
      return t("The same as another case");
    case "outside":
      return t("Not something this team can act on");
    case "not_genuine":
      return t("A test or a joke");
    case "other":
      return t("Something else");
    default:
      return outcome;
  }
}
