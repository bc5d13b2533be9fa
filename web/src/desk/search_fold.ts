/**
 * Folding for the search: what an officer types on any keyboard finds what a child wrote on any other.
 *
 * Letters are made small, lose their marks, and Serbian Cyrillic becomes Latin, so that «prizren», «Призрен» and «PRIZREN» are one word
 * and «djak» finds «đak». Each folded letter remembers where it came from, so that a match can be shown in the words as they stand.
 */

export interface Folded {
  readonly text: string;
  /** For each letter of `text`, where its letter begins in the original; one more for the end. */
  readonly from: readonly number[];
}

const LETTERS: Readonly<Record<string, string>> = {
  а: "a", б: "b", в: "v", г: "g", д: "d", ђ: "dj", е: "e", ж: "z", з: "z", и: "i", ј: "j", к: "k", л: "l", љ: "lj", м: "m", н: "n", њ: "nj",
  о: "o", п: "p", р: "r", с: "s", т: "t", ћ: "c", у: "u", ф: "f", х: "h", ц: "c", ч: "c", џ: "dz", ш: "s", đ: "dj", ð: "d", ł: "l", ø: "o", ß: "ss", ı: "i",
};

/** Fold a text. */
export function fold(text: string): Folded {
  let folded = "";
  const from: number[] = [];
  let at = 0;
  for (const letter of text) {
    const small = LETTERS[letter.toLowerCase()] ?? plain(letter);
    for (let i = 0; i < small.length; i += 1) from.push(at);
    folded += small;
    at += letter.length;
  }
  from.push(text.length);
  return { text: folded, from };
}

function plain(letter: string): string {
  if (letter < "\u0080") return letter.toLowerCase();
  const bare = letter.normalize("NFKD").replace(/\p{M}|\p{Cf}/gu, "").toLowerCase();
  return LETTERS[bare] ?? bare;
}

/** The words of a question, folded; at most eight, because nobody types more and each is looked for in everything. */
export function terms(question: string): readonly string[] {
  return fold(question).text.split(/\s+/).filter(Boolean).slice(0, 8);
}
