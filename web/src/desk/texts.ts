/**
 * The words of the desk in the officer's language. English is the text in the code; the others are fetched, and can be changed at
 * any time: every component that called `t` is drawn again.
 *
 * Laws. A text is plain; values are put in as text and never as markup. Numbers stand after a colon ("Entries: {n}"), because Serbian
 * has three plural forms and Albanian two: then one text is right for all of them. Missing texts are shown in English.
 */

import { computed, signal } from "@preact/signals";

import * as api from "./api.ts";
import type { LanguageCode } from "./api/shapes.ts";
import { recall, remember } from "./choices.ts";

export const LANGUAGES: readonly { readonly code: LanguageCode; readonly name: string }[] = [
  { code: "sq", name: "Shqip" },
  { code: "sr-Latn", name: "Srpski" },
  { code: "sr-Cyrl", name: "Српски" },
  { code: "en", name: "English" },
];

/** Languages that are written from right to left, by their first subtag: none is offered today, the page is ready for one. */
const FROM_THE_RIGHT = new Set(["ar", "fa", "he", "ur"]);

export const language = signal<LanguageCode>("en");
/** Whether the texts of this language wait for a translator's review. */
export const isDraft = signal(false);
const words = signal<Readonly<Record<string, string>>>({});

export const direction = computed(() => (FROM_THE_RIGHT.has(language.value.split("-")[0] ?? "") ? "rtl" : "ltr"));

export type Values = Readonly<Record<string, string | number>>;

/** A text in the officer's language, with values put in. */
export function t(msgid: string, values?: Values): string {
  const known = words.value;
  const text = Object.hasOwn(known, msgid) ? known[msgid] || msgid : msgid;
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/** A name that stands in several languages, in the officer's. */
export function named(names: Readonly<Record<string, string>>): string {
  return names[language.value] ?? names["en"] ?? Object.values(names)[0] ?? "";
}

/** Change the language; the choice is kept in this browser. English stays when the texts cannot be fetched. */
export async function speak(code: LanguageCode): Promise<void> {
  let fetched: Readonly<Record<string, string>> = {};
  let draft = false;
  if (code !== "en") {
    const answer = await api.texts(code);
    fetched = answer.texts;
    draft = answer.draft;
  }
  words.value = fetched;
  isDraft.value = draft;
  language.value = code;
  remember("language", code);
  document.documentElement.lang = code;
  document.documentElement.dir = direction.value;
}

/** The language that this browser chose before, or that it asks for. */
export function likely(): LanguageCode {
  const kept = recall("language");
  for (const one of LANGUAGES) if (one.code === kept) return one.code;
  const asked = (navigator.language || "").toLowerCase();
  if (asked.startsWith("sq")) return "sq";
  if (asked.startsWith("sr")) return asked.includes("latn") ? "sr-Latn" : "sr-Cyrl";
  return "en";
}
