/** What a page says back: refusals and successes, announced by a screen reader, each in a region that is there from the start. */

import { signal, useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

import { refusalWords } from "../refusals.ts";

/** Runs what a form does: one at a time, and keeps what went wrong. */
export interface Doing {
  readonly busy: Signal<boolean>;
  readonly refusal: Signal<string | null>;
  run(what: () => Promise<void>): Promise<boolean>;
}

/** Make a `Doing`; outside of components. */
export function makeDoing(): Doing {
  const busy = signal(false);
  const refusal = signal<string | null>(null);
  return { busy, refusal, run: (what) => runOnce(busy, refusal, what) };
}

/** A `Doing` of this component: `const doing = useDoing(); <form onSubmit={doing.on(async () => …)}>`. */
export function useDoing(): Doing & { on(what: () => Promise<void>): (event: Event) => void } {
  const busy = useSignal(false);
  const refusal = useSignal<string | null>(null);
  const run = (what: () => Promise<void>) => runOnce(busy, refusal, what);
  const on = (what: () => Promise<void>) => (event: Event) => {
    event.preventDefault();
    void run(what);
  };
  return { busy, refusal, run, on };
}

async function runOnce(busy: Signal<boolean>, refusal: Signal<string | null>, what: () => Promise<void>): Promise<boolean> {
  if (busy.value) return false;
  busy.value = true;
  refusal.value = null;
  try {
    await what();
    return true;
  } catch (fault) {
    refusal.value = refusalWords(fault);
    return false;
  } finally {
    busy.value = false;
  }
}

/** Where a refusal is said. */
export function Refused({ doing }: { doing: Doing }): JSX.Element {
  return (
    <p class="refused" role="alert">
      {doing.refusal.value}
    </p>
  );
}

/** Where something that worked, or is going on, is said. */
export function Told({ children }: { children?: ComponentChildren }): JSX.Element {
  return (
    <p class="told" role="status">
      {children}
    </p>
  );
}
