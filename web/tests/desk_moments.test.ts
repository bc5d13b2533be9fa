/** Times and spans in a browser whatever locales it has. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { hour, moment, span } from "../src/desk/moments.ts";
import { language } from "../src/desk/texts.ts";

/** 2026-11-22 05:50 in UTC: an hour later where the teams are. */
const MORNING = Date.UTC(2026, 10, 22, 5, 50) / 1000;

afterEach(() => (language.value = "en"));

test("a date is written as Albanian and Serbian write it, by the clock of the teams", () => {
  for (const code of ["sq", "sr-Latn", "sr-Cyrl"] as const) {
    language.value = code;
    assert.equal(moment(MORNING), "22.11.2026, 06:50");
    assert.equal(hour(MORNING), "06:50");
  }
});

test("an English date names its month and has no a.m.", () => {
  assert.equal(moment(MORNING), "22 Nov 2026, 06:50");
});

test("midnight is the first minute of a day", () => {
  assert.equal(hour(Date.UTC(2026, 10, 21, 23, 0) / 1000), "00:00");
});

test("a span is told in minutes, then hours, then days", () => {
  assert.deepEqual([59, 119 * 60, 120 * 60, 47 * 3600, 48 * 3600].map(span), ["0 min", "119 min", "2 h", "47 h", "Days: 2"]);
});
