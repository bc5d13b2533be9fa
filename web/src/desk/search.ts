/**
 * Instant search over the cases that this browser has opened.
 *
 * Laws. It all stays in this page's memory: no question and no word goes to the server, into an address or into storage; `clear` empties
 * it when the officer signs out or the screen locks. A case is found when each word of the question is somewhere in it.
 */

import type { B64u } from "./api/shapes.ts";
import { fold, terms, type Folded } from "./search_fold.ts";

export interface Passage {
  readonly where: "designation" | "area" | "answer" | "words" | "note" | "message";
  readonly text: string;
}

export interface Snippet {
  readonly where: Passage["where"];
  readonly parts: readonly { readonly text: string; readonly hit: boolean }[];
}

export interface Found {
  readonly case_id: B64u;
  readonly snippets: readonly Snippet[];
}

/** Letters shown around a match. */
const AROUND = 40;
const SNIPPETS = 3;

interface Indexed {
  readonly passage: Passage;
  readonly folded: Folded;
}

export class SearchIndex {
  readonly #cases = new Map<B64u, readonly Indexed[]>();

  /** Put a case in, in place of what was known of it. */
  put(caseId: B64u, passages: readonly Passage[]): void {
    this.#cases.set(caseId, passages.map((passage) => ({ passage, folded: fold(passage.text) })));
  }

  remove(caseId: B64u): void {
    this.#cases.delete(caseId);
  }

  clear(): void {
    this.#cases.clear();
  }

  get size(): number {
    return this.#cases.size;
  }

  /** Every case that has all the words, in the order in which they were put in; none for an empty question. */
  find(question: string): readonly Found[] {
    const wanted = terms(question);
    if (wanted.length === 0) return [];
    const found: Found[] = [];
    for (const [case_id, passages] of this.#cases) {
      if (wanted.every((term) => passages.some(({ folded }) => folded.text.includes(term)))) {
        found.push({ case_id, snippets: snippets(passages, wanted) });
      }
    }
    return found;
  }
}

function snippets(passages: readonly Indexed[], wanted: readonly string[]): readonly Snippet[] {
  const hits = passages.filter(({ folded }) => wanted.some((term) => folded.text.includes(term)));
  return hits.slice(0, SNIPPETS).map((one) => snippet(one, wanted));
}

function snippet({ passage, folded }: Indexed, wanted: readonly string[]): Snippet {
  const spans = hitsOf(folded, wanted);
  const [first] = spans;
  const begin = Math.max(0, (first?.[0] ?? 0) - AROUND);
  const end = Math.min(passage.text.length, (first?.[1] ?? 0) + AROUND);
  const parts: { text: string; hit: boolean }[] = [];
  let at = begin;
  for (const [from, to] of spans) {
    if (from < at || from >= end) continue;
    if (from > at) parts.push({ text: passage.text.slice(at, from), hit: false });
    parts.push({ text: passage.text.slice(from, to), hit: true });
    at = to;
  }
  if (at < end) parts.push({ text: passage.text.slice(at, end), hit: false });
  if (begin > 0) parts.unshift({ text: "…", hit: false });
  if (Math.max(at, end) < passage.text.length) parts.push({ text: "…", hit: false });
  return { where: passage.where, parts };
}

/** Where the words stand in the original, in order. */
function hitsOf(folded: Folded, wanted: readonly string[]): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const term of wanted) {
    for (let at = folded.text.indexOf(term); at >= 0 && spans.length < 100; at = folded.text.indexOf(term, at + term.length)) {
      spans.push([folded.from[at] ?? 0, ending(folded, at + term.length)]);
    }
  }
  return spans.sort((a, b) => a[0] - b[0]);
}

/** The end of the letter that a folded letter came from, so that one half of «đ» does not cut it in two. */
function ending(folded: Folded, at: number): number {
  const last = folded.from[at - 1] ?? 0;
  let next = at;
  while (next < folded.from.length && folded.from[next] === last) next += 1;
  return folded.from[next] ?? folded.from[folded.from.length - 1] ?? 0;
}
