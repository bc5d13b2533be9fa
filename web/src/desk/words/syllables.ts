/**
 * The words of passphrases: two syllables each, 16 consonants and 4 vowels, 4,096 words in a fixed order; 12 bits a word, 72 in six.
 *
 * They are made by rule and belong to no language, so that they can be said aloud, dictated and typed in every language of the desk,
 * and the same words are what `bot/passphrases.py` makes. Each letter has exactly one Cyrillic twin: an officer who reads Cyrillic is
 * shown the same passphrase in Cyrillic.
 */

const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";
const LATIN = "bdfghjklmnprstvzaiou";
const CYRILLIC = "бдфгхјклмнпрствзаиоу";

/** Every word, once. */
export function words(): readonly string[] {
  const syllables = [...CONSONANTS].flatMap((consonant) => [...VOWELS].map((vowel) => consonant + vowel));
  return syllables.flatMap((first) => syllables.map((second) => first + second));
}

/** Whether a word can stand in a passphrase: what word help marks while somebody types. */
export function isWord(word: string): boolean {
  return /^[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou]$/u.test(latin(word.toLowerCase()));
}

/** The same letters in Latin; other letters stay. */
export function latin(text: string): string {
  return swapped(text, CYRILLIC, LATIN);
}

/** The same letters in Cyrillic. */
export function cyrillic(text: string): string {
  return swapped(text, LATIN, CYRILLIC);
}

function swapped(text: string, from: string, to: string): string {
  let made = "";
  for (const letter of text) {
    const place = from.indexOf(letter);
    made += place < 0 ? letter : (to[place] ?? letter);
  }
  return made;
}
