/**
 * What happens while the desk is open: server-sent events, and whether they still come.
 *
 * Laws. Silence is shown: without a beat for three beats the desk says that what it shows may be old. Nothing here keeps a session
 * alive. After a silence the listeners are told to read anew, because events that were missed do not come again.
 */

import { signal } from "@preact/signals";

import { BASE, knock } from "./api.ts";
import type { Row, Urgency } from "./api/shapes.ts";

/** The server beats every 10 seconds; three missed ones are no accident. */
const STALE_AFTER = 30_000;
const LOOKS_EVERY = 5_000;
/** The browser itself tries again after a lost connection, but not after a refusal: then we do. */
const AGAIN_AFTER = 10_000;

export type Liveness = "off" | "joining" | "live" | "stale";

export interface LiveEvents {
  readonly queue: { readonly cases: readonly Row[]; readonly gone: readonly string[]; readonly missed?: boolean };
  readonly alarm: {
    readonly case_id?: string | null;
    readonly urgency?: Urgency | null;
    readonly test?: boolean;
    readonly over?: boolean;
    /** It sounded already when this connection began. */
    readonly already?: boolean;
  };
  readonly signed_out: Record<string, never>;
  /** Events were missed: read again what you show. */
  readonly missed: Record<string, never>;
}

type Name = keyof LiveEvents;
type Heard<N extends Name> = (event: LiveEvents[N]) => void;

/** How fresh the page is. */
export const liveness = signal<Liveness>("off");
/** The server's time of its last sign of life; null before the first. */
export const lastBeat = signal<number | null>(null);
/** The server's time minus this device's, in seconds: clocks to a target must not depend on the phone's. */
export const clockOffset = signal(0);

const heard: { [N in Name]: Set<Heard<N>> } = { queue: new Set(), alarm: new Set(), signed_out: new Set(), missed: new Set() };

/** Hear an event; the function that comes back stops it. */
export function onLive<N extends Name>(name: N, listener: Heard<N>): () => void {
  const listeners: Set<Heard<N>> = heard[name];
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Now, by the server's clock. */
export function serverNow(): number {
  return Math.floor(Date.now() / 1000 + clockOffset.value);
}

/** Set the clock by an answer that told the server's time. */
export function setClock(now: number): void {
  clockOffset.value = now - Date.now() / 1000;
}

let source: EventSource | null = null;
let beatAt = 0;
let joins = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

/** Whether this is still the first connection since the desk was opened: what began while a lost one was away is new here. */
export function isFirstJoin(): boolean {
  return joins <= 1;
}

/** Begin to listen. */
export function listen(): void {
  if (source) return;
  liveness.value = liveness.value === "stale" ? "stale" : "joining";
  beatAt = performance.now();
  const opened = new EventSource(`${BASE}/events?quiet=1`);
  source = opened;
  opened.addEventListener("open", () => joins++);
  opened.addEventListener("beat", (event) => beat(parsed<{ now?: number }>(event)?.now));
  opened.addEventListener("queue", changed);
  opened.addEventListener("alarm", (event) => tell("alarm", event));
  opened.addEventListener("signed_out", (event) => tell("signed_out", event));
  opened.addEventListener("error", () => {
    if (opened.readyState !== EventSource.CLOSED) return;
    hush();
    liveness.value = "stale";
    again = setTimeout(listen, AGAIN_AFTER);
    // Refused, and the browser does not tell why: if the session is over, whoever sits here must read that and not wait for a line.
    void knock("/events").catch(() => undefined);
  });
  timer ??= setInterval(look, LOOKS_EVERY);
}

/** Stop listening. */
export function fallSilent(): void {
  hush();
  clearInterval(timer);
  timer = undefined;
  joins = 0;
  liveness.value = "off";
}

function hush(): void {
  clearTimeout(again);
  source?.close();
  source = null;
}

/** More changed than the server tells one by one: then everything is read again. */
function changed(event: MessageEvent<string>): void {
  if (parsed<LiveEvents["queue"]>(event)?.missed) for (const listener of heard.missed) listener({});
  else tell("queue", event);
}

function beat(now: number | undefined): void {
  beatAt = performance.now();
  if (typeof now === "number") {
    setClock(now);
    lastBeat.value = now;
  }
  const before = liveness.value;
  liveness.value = "live";
  if (before === "stale") for (const listener of heard.missed) listener({});
}

function look(): void {
  if (performance.now() - beatAt > STALE_AFTER && liveness.value !== "off") liveness.value = "stale";
}

function tell<N extends Name>(name: N, event: MessageEvent<string>): void {
  const said = parsed<LiveEvents[N]>(event);
  const listeners: Set<Heard<N>> = heard[name];
  if (said) for (const listener of listeners) listener(said);
}

function parsed<T>(event: MessageEvent<string>): T | null {
  try {
    const value: unknown = JSON.parse(event.data);
    return typeof value === "object" && value !== null ? (value as T) : null;
  } catch {
    return null;
  }
}
