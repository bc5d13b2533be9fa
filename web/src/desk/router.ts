/**
 * Where the person is: one hash, `#/page/argument`, so that no address with a case's id ever reaches the server or its logs.
 *
 * An invitation is `#join=CODE`: a code in the hash is not sent either.
 */

import { computed, signal } from "@preact/signals";

export interface Route {
  readonly page: string;
  readonly argument: string | null;
}

/** Longest hash that is looked at. */
const LONGEST = 300;

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export function parse(text: string): Route {
  const bare = text.slice(1, LONGEST);
  if (bare.startsWith("join=")) return { page: "join", argument: bare.slice(5) };
  const [page = "", argument = ""] = bare.replace(/^\//, "").split("/");
  return { page: page || "queue", argument: argument || null };
}

/** The place the person is at. */
export const route = computed<Route>(() => parse(hash.value));

/** The address of a page, for a link. */
export function href(page: string, argument?: string): string {
  return `#/${page}${argument ? `/${argument}` : ""}`;
}

/** Go to a page. */
export function go(page: string, argument?: string): void {
  location.hash = href(page, argument);
}

/** Go to a page so that "back" does not lead to the one before: what was typed into an address must not stay in the history. */
export function replace(page: string, argument?: string): void {
  history.replaceState(null, "", href(page, argument));
  hash.value = location.hash;
}
