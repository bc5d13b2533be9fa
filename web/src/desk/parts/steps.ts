/** The words of the first steps. A newer server may have a step that this page does not know. */

import { t } from "../texts.ts";

export interface StepWords {
  readonly title: string;
  readonly does: string;
  /** What happens if its paper or its file is lost. */
  readonly lost?: string;
  /** Where it is done. */
  readonly page?: string;
  /** A person says that it is done: the server cannot see it. */
  readonly told?: boolean;
}

/** What a step is, in plain words. */
export function stepWords(step: string): StepWords {
  switch (step) {
    case "root_off_line":
      return {
        title: t("Take the root key off this server"),
        does: t("Carry the folder offline/ to a machine that is never on line, and delete it here. The root key decides whose keys count."),
        lost: t("Lost: nobody can be added or removed any more, and everything must be set up anew. Stolen: a thief can add readers. Keep two copies in two places."),
        told: true,
      };
    case "recovery_printed":
      return {
        title: t("Print the recovery key"),
        does: t("It opens every case if a team loses all its keys. Choose its file from the offline folder: it is shown here and sent nowhere."),
        lost: t("Lost: what no team can open any more stays closed for ever. Stolen: a thief who also has the database reads everything."),
        told: true,
      };
    case "alarm_tried":
      return {
        title: t("Try the alarm"),
        does: t("Let an officer on duty press “Try my alarm” in the settings, and hear it."),
        told: true,
      };
    default:
      return seenWords(step);
  }
}

/** Steps that the server sees for itself. */
function seenWords(step: string): StepWords {
  switch (step) {
    case "two_members":
      return {
        title: t("Two members in the national team"),
        does: t("Invite them, compare fingerprints, and have the directory signed. With one member alone, a lost key closes the cases."),
        page: "people",
      };
    case "national_key_given":
      return {
        title: t("Every member holds the national team's key"),
        does: t("The first member brings it in as a file that the operator makes off line. That member then gives it to the others, on the page of people and keys."),
        page: "people",
      };
    case "duty_set":
      return { title: t("Somebody is on duty and can be reached"), does: t("Without duty nobody is woken, and reporters are told so. Officers go on duty in their settings and link their Telegram.") };
    case "helplines_called":
      return { title: t("Call the emergency numbers once"), does: t("Reporters are given these numbers. Call each one, and write down in the settings of the server that it answers.") };
    default:
      return { title: t("A step that this page does not know"), does: t("The page is older than the server. Please load the page again.") };
  }
}
