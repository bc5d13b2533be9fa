/**
 * What was asked and what was answered, in the officer's language: `questions.json` holds the message ids, as the scripts have them, for
 * each of the three who may have answered. A step or a code that the table does not know is shown as it stands, never left out.
 */

import type { Translate } from "../../chronology.ts";
import table from "./questions.json" with { type: "json" };

export type Who = "me" | "child" | "adult";

export interface Answered {
  readonly step: string;
  readonly question: string;
  readonly answers: readonly string[];
}

type Worded = string | Readonly<Record<Who, string>>;
interface Question {
  readonly asked: Worded;
  readonly answers: Readonly<Record<string, Worded>>;
}

const STEPS = table.steps as unknown as Readonly<Record<string, Question>>;
const RISKS: Readonly<Record<string, string>> = table.risks;
const SKIPPED = "skipped";
const REGION = "region:";

export interface Wording {
  readonly t: Translate;
  readonly who: Who;
  /** The name of a municipality, or of a region where the code begins with `region:`. */
  readonly place: (code: string) => string;
}

/** Who answered, so that each reads the question that was put to them. Not said: the wording for adults, which is about «the child». */
export function whoIs(value: unknown): Who {
  return value === "me" || value === "child" ? value : "adult";
}

/** How somebody is addressed: a child with the familiar form, an adult with the polite one. */
export type Register = "child" | "adult";

/**
 * How whoever reports is addressed. Only who said so is an adult: whoever writes about a child as an adult, or about themselves and is 18
 * or older. Not said: as a child. The cards speak so too until they know, and an adult who reads a warm word loses less than a child who
 * reads an official one (DOMAIN.md, part 5: who is of an unknown age is treated as a child).
 */
export function registerOf(who: unknown, age: unknown): Register {
  return who === "adult" || (who === "me" && age === "age_18_up") ? "adult" : "child";
}

/** Word one answer. */
export function answered(step: string, value: unknown, wording: Wording): Answered {
  return { step, question: questionText(step, wording), answers: codes(value).map((code) => answerText(step, code, wording)) };
}

/** The values that an answer holds; anything but text is written out, because whoever wrote the entry may have put anything there. */
function codes(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(codes);
  if (typeof value === "string") return [value];
  return value === null || value === undefined ? [] : [JSON.stringify(value)];
}

function questionText(step: string, { t, who }: Wording): string {
  if (step === "risks_confirmed") return t("Understood from the words, and confirmed");
  if (step === "risks_heard") return t("Understood from the words, not confirmed");
  const question = own(STEPS, step);
  return question ? t(worded(question.asked, who)) : step;
}

function answerText(step: string, code: string, { t, who, place }: Wording): string {
  if (code === SKIPPED) return t("Skipped");
  if (step === "risks_confirmed" || step === "risks_heard") {
    const meaning = own(RISKS, code);
    return meaning ? t(meaning) : code;
  }
  if (step === "area") return place(code.startsWith(REGION) ? code.slice(REGION.length) : code);
  const label = own(own(STEPS, step)?.answers ?? {}, code);
  return label ? t(worded(label, who)) : code;
}

function worded(text: Worded, who: Who): string {
  return typeof text === "string" ? text : text[who];
}

/** A member of its own: a code that an attacker chose may be called `constructor`. */
function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
