/** Texts and amounts of a budget as a language model gets them: roughly, and without what is private. */

const WORD = /[\p{L}\p{N}]+/gu;
const DIGIT = /\p{N}/gu;
/** A word with so many digits is the number of a card, an account or a receipt: private, and no help. */
const DIGITS_OF_NUMBER = 4;
const NUMBERS = /#(?:[\s\p{P}]*#)+/gu;

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
