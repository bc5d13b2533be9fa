/**
 * What this browser keeps in clear between visits: the choice of language, of light or dark, and that somebody is signed in here (the
 * cookie says so as well, but pages cannot see it). Nothing else.
 */

type Choice = "language" | "theme" | "signed-in";

const PREFIX = "amanet-";

/** What was chosen before; null in a browser that keeps nothing. */
export function recall(choice: Choice): string | null {
  try {
    return localStorage.getItem(PREFIX + choice);
  } catch {
    return null;
  }
}

/** Keep a choice, if the browser lets us. */
export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(PREFIX + choice, value);
  } catch {
    // A private window without storage: the choice lasts as long as the page.
  }
}

/** Keep a choice no longer. */
export function forget(choice: Choice): void {
  try {
    localStorage.removeItem(PREFIX + choice);
  } catch {
    // Nothing was kept there either.
  }
}
