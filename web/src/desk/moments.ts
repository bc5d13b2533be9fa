/** Times and spans as the officer's language writes them, in the local time of the teams and not of the device. */

import { computed } from "@preact/signals";

import { language } from "./texts.ts";

/** The teams and their rotas live by this clock (DESIGN.md section 5); an officer abroad sees the same hours. */
const ZONE = "Europe/Belgrade";

const locale = computed(() => (language.value === "en" ? "en-GB" : language.value));
const full = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short", timeZone: ZONE }));
const hours = computed(() => new Intl.DateTimeFormat(locale.value, { timeStyle: "short", timeZone: ZONE }));
const unit = (name: "minute" | "hour" | "day") =>
  computed(() => new Intl.NumberFormat(locale.value, { style: "unit", unit: name, unitDisplay: "short" }));
const minutes = unit("minute");
const wholeHours = unit("hour");
const days = unit("day");

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A date with its time. */
export function moment(at: number): string {
  return full.value.format(at * 1000);
}

/** A time of the day. */
export function hour(at: number): string {
  return hours.value.format(at * 1000);
}

/** A span, rounded down to what a person would say: minutes up to two hours, hours up to two days, then days. */
export function span(seconds: number): string {
  const whole = Math.max(0, seconds);
  if (whole < 2 * HOUR) return minutes.value.format(Math.floor(whole / MINUTE));
  if (whole < 2 * DAY) return wholeHours.value.format(Math.floor(whole / HOUR));
  return days.value.format(Math.floor(whole / DAY));
}

/** The time of an entry (`YYYY-MM-DDTHH:MM:SSZ`) in unix seconds; null if it is not one. */
export function parsedTime(text: unknown): number | null {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at / 1000;
}
