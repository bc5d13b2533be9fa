/** The browser's own shelf for what it keeps between visits. Only public values are put there, never a word of a case. */

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The shelf; null in a browser that has none. */
export function browserShelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
