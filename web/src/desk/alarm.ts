/**
 * The alarm of an open desk: a sound and a notification, both without a word about anybody.
 *
 * Laws. The notification says that something waits, and neither who, where nor how urgent: it may lie on a screen that others see.
 * Browsers let a page sound only after a press: "Try my alarm" is that press too, and the desk says so until it was done.
 */

import { signal } from "@preact/signals";

import { onLive } from "./live.ts";
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

/** Whether the browser lets the desk sound. */
export const sound = signal<Sound>("unknown");
/** An alarm that nobody has yet seen on this screen. */
export const ringing = signal<{ readonly caseId: string | null; readonly isTest: boolean } | null>(null);

let context: AudioContext | null = null;
let again: ReturnType<typeof setInterval> | undefined;
let rangAt = -NOT_AGAIN_WITHIN;

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

/** Ring: sound, notification, and a bar on the page until it is seen. */
export async function ring(caseId: string | null, isTest = false): Promise<void> {
  ringing.value = { caseId, isTest };
  if (performance.now() - rangAt < NOT_AGAIN_WITHIN) return;
  rangAt = performance.now();
  notify(isTest);
  clearInterval(again);
  if (!isTest) again = repeat();
  await sounded();
}

/** The alarm was seen. */
export function seen(): void {
  clearInterval(again);
  ringing.value = null;
}

function repeat(): ReturnType<typeof setInterval> {
  let times = 0;
  return setInterval(() => {
    if (++times < MOST_TIMES) void sounded();
    else clearInterval(again);
  }, AGAIN_EVERY);
}

async function sounded(): Promise<void> {
  const audio = await wakeSound();
  if (audio?.state === "running") play(audio);
}

function notify(isTest: boolean): void {
  if (notifications() !== "granted" || (!document.hidden && !isTest)) return;
  try {
    const shown = new Notification(isTest ? t("This is a test.") : t("Something waits for you."), { tag: "amanet", requireInteraction: true });
    shown.addEventListener("click", () => (window.focus(), shown.close()));
  } catch {
    // Chrome on Android knows notifications only from a service worker, which the page's policy rules out: sound and bar remain.
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
  onLive("alarm", (event) => void ring(event.case_id ?? null, event.test === true));
  // Somebody acknowledged it: then nobody needs to be woken any more.
  onLive("queue", ({ cases }) => {
    if (cases.some((row) => row.case_id === ringing.value?.caseId && !row.ringing)) seen();
  });
}
