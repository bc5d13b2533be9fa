/**
 * The alarm of an open desk: a sound and a notification, both without a word about anybody.
 *
 * Laws. The notification says that something waits, and neither who, where nor how urgent: it may lie on a screen that others see.
 * One alarm never hides another: the bar opens the most urgent case, and each is seen by itself.
 * Browsers let a page sound only after a press: "Try my alarm" is that press too, and the desk says so until it was done.
 */

import { signal } from "@preact/signals";

import type { B64u, Urgency } from "./api/shapes.ts";
import { isFirstJoin, onLive } from "./live.ts";
import { URGENCIES } from "./parts/queue/rows.ts";
import { t } from "./texts.ts";

/** Two tones a fifth apart, in the middle of what old loudspeakers and old ears carry. */
const TONES = [660, 990] as const;
const TONE_SECONDS = 0.22;
const ROUNDS = 4;
const LOUDNESS = 0.35;
/** An alarm that nobody has seen sounds again and again: two seconds wake nobody. */
const AGAIN_EVERY = 12_000;
/** After ten minutes of sounding nobody is there; the next in the rota has been woken long before. */
const MOST_TIMES = 50;
/** Rings are not piled up when several cases come at once. */
const NOT_AGAIN_WITHIN = 4_000;

export type Sound = "unknown" | "ready" | "blocked";
/** An alarm that rings here: how urgent its case is, and whether it sounded already when this desk was opened. */
export interface Ring {
  readonly urgency: Urgency | null;
  readonly isOld: boolean;
}
export type Ringing = ReadonlyMap<B64u, Ring>;

/** What trying the alarm came to: told as it was, never as it was meant. */
export interface Tried {
  readonly sounded: boolean;
  readonly notified: "allowed" | "asked" | "refused" | "impossible";
}

/** Whether the browser lets the desk sound. */
export const sound = signal<Sound>("unknown");
/** The cases whose alarm nobody has yet seen on this screen, and how urgent each is. */
export const ringing = signal<Ringing>(new Map());
/** They were silenced on the lock screen: the bar comes back with the desk, or with the next alarm. */
export const isHushed = signal(false);
/** The alarm is being tried; that is no case and touches none. */
export const isTrying = signal(false);

/** The case to open first: the most urgent, and among equals the one that rang first. */
export function mostUrgent(cases: Ringing): B64u | null {
  const place = (urgency: Urgency | null) => (urgency === null ? URGENCIES.length : URGENCIES.indexOf(urgency));
  return [...cases].sort(([, a], [, b]) => place(a.urgency) - place(b.urgency))[0]?.[0] ?? null;
}

let context: AudioContext | null = null;
let again: ReturnType<typeof setInterval> | undefined;
let rangAt = -NOT_AGAIN_WITHIN;
let triedAt = -NOT_AGAIN_WITHIN;

/** Whether notifications are allowed, refused, or not asked for yet. */
export function notifications(): NotificationPermission | "missing" {
  return "Notification" in window ? Notification.permission : "missing";
}

/** Ask for what the alarm needs; call it only from a press. The browser's own question may stay open for long: nobody waits for it. */
export async function prepare(): Promise<void> {
  if (notifications() === "default") void Notification.requestPermission();
  await wakeSound();
}

async function wakeSound(): Promise<AudioContext | null> {
  try {
    context ??= new AudioContext();
    if (context.state !== "running") await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 500))]);
    sound.value = context.state === "running" ? "ready" : "blocked";
  } catch {
    sound.value = "blocked";
  }
  return context;
}

/** Ring for a case: sound, notification, and a bar on the page until it is seen. */
export async function ring(caseId: B64u, alarm: Ring): Promise<void> {
  ringing.value = new Map(ringing.value).set(caseId, alarm);
  isHushed.value = false;
  repeat();
  if (performance.now() - rangAt < NOT_AGAIN_WITHIN) return;
  rangAt = performance.now();
  notify(t("Something waits for you."));
  await sounded();
}

/** Try the alarm, and tell what came of it. What rings for a case goes on ringing. */
export async function tryAlarm(): Promise<Tried> {
  triedAt = performance.now();
  isTrying.value = true;
  const notified = notify(t("This is a test."), true);
  return { sounded: await sounded(), notified };
}

/** The trial was seen. */
export function tried(): void {
  isTrying.value = false;
}

/** The alarm of a case was seen here, or is over; the others ring on. */
export function seen(caseId: B64u): void {
  if (!ringing.value.has(caseId)) return;
  const left = new Map(ringing.value);
  left.delete(caseId);
  ringing.value = left;
  if (left.size === 0) clearInterval(again);
}

/** Somebody is there and cannot open anything yet: no more sound, and nothing of it is forgotten. */
export function hush(): void {
  clearInterval(again);
  isHushed.value = true;
}

/** Nobody is signed in here any more. */
export function forgetAlarms(): void {
  clearInterval(again);
  ringing.value = new Map();
  isHushed.value = false;
  isTrying.value = false;
}

function repeat(): void {
  clearInterval(again);
  let times = 0;
  again = setInterval(() => {
    if (++times < MOST_TIMES) void sounded();
    else clearInterval(again);
  }, AGAIN_EVERY);
}

async function sounded(): Promise<boolean> {
  const audio = await wakeSound();
  if (audio?.state !== "running") return false;
  play(audio);
  return true;
}

/** Notify whoever looks elsewhere; a trial notifies at once. */
function notify(text: string, isTrial = false): Tried["notified"] {
  const permission = notifications();
  if (permission === "missing") return "impossible";
  if (permission !== "granted") return permission === "default" ? "asked" : "refused";
  if (!document.hidden && !isTrial) return "allowed";
  try {
    const shown = new Notification(text, { tag: isTrial ? "amanet-test" : "amanet", requireInteraction: true });
    shown.addEventListener("click", () => (window.focus(), shown.close()));
    return "allowed";
  } catch {
    // Chrome on Android knows notifications only from a service worker, which the page's policy rules out: sound and bar remain.
    return "impossible";
  }
}

function play(audio: AudioContext): void {
  const gain = audio.createGain();
  gain.gain.value = LOUDNESS;
  gain.connect(audio.destination);
  for (let round = 0; round < ROUNDS * TONES.length; round++) {
    const tone = audio.createOscillator();
    tone.type = "triangle";
    tone.frequency.value = TONES[round % TONES.length] ?? TONES[0];
    tone.connect(gain);
    tone.start(audio.currentTime + round * TONE_SECONDS);
    tone.stop(audio.currentTime + (round + 0.85) * TONE_SECONDS);
  }
}

/** Ring whenever the server says so, until it is seen here or answered elsewhere. */
export function keepAlarm(): void {
  onLive("alarm", (event) => {
    if (event.test === true) void tryElsewhere();
    else if (event.case_id && event.over === true) seen(event.case_id);
    else if (event.case_id) void ring(event.case_id, { urgency: event.urgency ?? null, isOld: event.already === true && isFirstJoin() });
  });
  // Somebody acknowledged it, or it is not ours any more: then nobody needs to be woken here.
  onLive("queue", ({ cases, gone }) => {
    for (const row of cases) if (!row.ringing) seen(row.case_id);
    for (const caseId of gone) seen(caseId);
  });
}

/** A trial that was begun at another desk; one's own comes back as an event and has sounded already. */
async function tryElsewhere(): Promise<void> {
  if (performance.now() - triedAt >= NOT_AGAIN_WITHIN) await tryAlarm();
}
