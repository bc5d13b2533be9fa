/** Light or dark: as the device says, or as the officer chose. */

import { effect, signal } from "@preact/signals";

import { recall, remember } from "./choices.ts";

export type Theme = "device" | "light" | "dark";

const kept = recall("theme");

export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "device");

/** Hold the page to the chosen theme. */
export function keepTheme(): void {
  effect(() => {
    if (theme.value === "device") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.setAttribute("data-theme", theme.value);
    remember("theme", theme.value);
  });
}
