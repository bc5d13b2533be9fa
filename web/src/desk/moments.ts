/** Times and spans as the officer's language writes them, in the local time of the teams and not of the device. */

import { language, t } from "./texts.ts";

/** The teams and their rotas live by this clock (DESIGN.md section 5); an officer abroad sees the same hours. */
const ZONE = "Europe/Belgrade";

// The parts of a date are taken from one locale that every browser has, and put in order here: Chromium has no Albanian one.
const parts = new Intl.DateTimeFormat("en-GB", {
  day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE,
});
const english = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: ZONE });

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A date with its time. */
export function moment(at: number): string {
  if (language.value === "en") return english.format(at * 1000);
  const of = partsOf(at);
  return `${of.day}.${of.month}.${of.year}, ${of.hour}:${of.minute}`;
}

/** A time of the day. */
export function hour(at: number): string {
  const of = partsOf(at);
  return `${of.hour}:${of.minute}`;
}

type Part = "day" | "month" | "year" | "hour" | "minute";

function partsOf(at: number): Readonly<Record<Part, string>> {
  return Object.fromEntries(parts.formatToParts(at * 1000).map(({ type, value }) => [type, value])) as Record<Part, string>;
}

/** A span, rounded down to what a person would say: minutes up to two hours, hours up to two days, then days. */
export function span(seconds: number): string {
  const whole = Math.max(0, seconds);
  if (whole < 2 * HOUR) return t("{n} min", { n: Math.floor(whole / MINUTE) });
  if (whole < 2 * DAY) return t("{n} h", { n: Math.floor(whole / HOUR) });
  return t("Days: {n}", { n: Math.floor(whole / DAY) });
}

/** The time of an entry (`YYYY-MM-DDTHH:MM:SSZ`) in unix seconds; null if it is not one. */
export function parsedTime(text: unknown): number | null {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at / 1000;
}
