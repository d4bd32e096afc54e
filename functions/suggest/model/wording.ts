/** Texts of a budget as a language model and a reader of its reasons get them: one line, bounded, with nothing unseen. */

/** Control, format and surrogate characters: they are invisible, or turn the direction of what stands beside them. */
const UNSEEN = /\p{C}/gu;
const SPACE = /\s+/gu;
const WORD = /[\p{L}\p{N}]+/gu;
const DIGIT = /\p{N}/gu;
/** A word with so many digits is the number of a card, an account or a receipt: private, and no help. */
const DIGITS_OF_NUMBER = 4;
const NUMBERS = /#(?:[\s\p{P}]*#)+/gu;

/** One line of at most `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const line = text.normalize('NFC').replace(SPACE, ' ').replace(UNSEEN, '').trim();
  const letters = [...line];
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : line;
}

/** The text with each long number replaced by `#`. */
export function withoutNumbers(text: string): string {
  return text
    .replace(WORD, (word) => ((word.match(DIGIT)?.length ?? 0) >= DIGITS_OF_NUMBER ? '#' : word))
    .replace(NUMBERS, '#');
}

/** In whole currency units with one digit that says something: what is paid, roughly. @param amount in cents. */
export function roughly(amount: number): number {
  return Number((amount / 100).toPrecision(1));
}
