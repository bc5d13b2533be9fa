/**
 * Keys of the desk: single letters, as officers who triage a queue expect them, listed in the help that `?` opens.
 *
 * Laws. A key never works while something is typed, in a dialog, or together with Ctrl, Alt or Meta: those belong to the browser and
 * to screen readers. A page's keys leave with the page.
 */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Key {
  readonly key: string;
  /** What it does, in the officer's language; a function so that it follows the language. */
  readonly does: () => string;
  readonly press: (event: KeyboardEvent) => void;
}

/** Every key that works now, in the order of the help. */
export const keys = signal<readonly Key[]>([]);
export const isHelpOpen = signal(false);

/** The keys of this component, as long as it is shown. */
export function useKeys(own: readonly Key[]): void {
  useEffect(() => {
    keys.value = [...keys.value, ...own];
    return () => {
      keys.value = keys.value.filter((one) => !own.includes(one));
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** Listen to the keyboard. */
export function keepKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    // The last one wins: a page's key stands before the desk's own.
    const found = keys.value.findLast((one) => one.key === event.key);
    if (!found) return;
    event.preventDefault();
    found.press(event);
  });
}
