/**
 * Hostile words made visible: what has no shape of its own on the glass gets one.
 *
 * Laws. Nothing is dropped and nothing is obeyed: a character that turns the direction of writing, hides or stacks is shown as a mark.
 * Line breaks and tabs stay. The caller isolates the whole in `<bdi>` and puts the parts into the page as text.
 */

export interface Part {
  /** A mark stands for characters that cannot be seen; its text is their name. */
  readonly kind: "text" | "mark";
  readonly text: string;
}

/** Characters shown before somebody asks for the rest: a report of one MiB must not hold up the page. */
export const SHOWN_AT_ONCE = 20_000;

/** Marks that stand on one letter in honest writing: two in Vietnamese, a third for stress. More of them cover the lines above. */
const STACKED = 4;

const NAMES: Readonly<Record<string, string>> = {
  "\u200E": "LRM", "\u200F": "RLM", "\u061C": "ALM", "\u202A": "LRE", "\u202B": "RLE", "\u202C": "PDF", "\u202D": "LRO", "\u202E": "RLO",
  "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\u200B": "ZWSP", "\u200C": "ZWNJ", "\u200D": "ZWJ", "\u2060": "WJ",
  "\uFEFF": "BOM", "\u00AD": "SHY", "\u2028": "LS", "\u2029": "PS", "\u0000": "NUL", "\u001B": "ESC", "\u0008": "BS",
};

/**
 * C0 and C1 without tab and line break, every bidirectional control, zero-width and filler characters, tags, private and lone surrogates.
 * A joiner inside an emoji is left alone: without it a family falls apart into four people.
 */
const HIDDEN =
  /(?<!\p{Extended_Pictographic}\uFE0F?|[\u{1F3FB}-\u{1F3FF}])\u200D|\u200D(?!\p{Extended_Pictographic})|[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0D\uFEFF\uFFA0\uFFF0-\uFFFC\u{E0000}-\u{E0FFF}\p{Cs}\p{Co}]/u;
const PIECES = new RegExp(`(?<hidden>(?:${HIDDEN.source})+)|(?<stack>\\p{M}{${STACKED + 1},})`, "gu");

/** Cut words into what can be shown as it is and what needs a mark. */
export function visible(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  const clean = text.replaceAll("\r\n", "\n");
  for (const found of clean.matchAll(PIECES)) {
    if (found.index > from) parts.push({ kind: "text", text: clean.slice(from, found.index) });
    parts.push({ kind: "mark", text: found.groups?.["hidden"] === undefined ? `+${[...found[0]].length}` : named(found[0]) });
    from = found.index + found[0].length;
  }
  if (from < clean.length) parts.push({ kind: "text", text: clean.slice(from) });
  return parts;
}

/** The same in one line of plain text, for a title or a name that an attribute holds. */
export function visibleLine(text: string): string {
  return visible(text.replace(/\s+/g, " ")).map((part) => (part.kind === "text" ? part.text : `⟨${part.text}⟩`)).join("");
}

function named(hidden: string): string {
  const letters = [...hidden];
  const [first = ""] = letters;
  const name = NAMES[first] ?? `U+${(first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return letters.length === 1 ? name : `${name} +${letters.length - 1}`;
}
