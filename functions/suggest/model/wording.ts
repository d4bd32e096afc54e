/** Texts and amounts of a budget as a language model gets them: roughly, and without what is private. */

const WORD = /[\p{L}\p{N}]+/gu;
const DIGIT = /\p{N}/gu;
/** Numbers alone with nothing but spaces and signs between them: a telephone, a card in blocks, a date and a time. Not the last part of an amount beside a letter. */
const BLOCKS =
  /(?<![\p{L}\p{N}]|\p{L}\p{N}[\p{N}.,']*)\p{N}+(?:[\s\p{P}]+\p{N}+)+(?![\p{L}\p{N}])/gu;
/** An amount with its cents, whatever it stands beside and in whichever script: `9.99` has fewer digits than other private numbers. */
const AMOUNT = /\p{N}[\p{N}.,']*[.,．，٫]\p{N}{2}(?!\p{N})/gu;
/** What has so many digits is the number of a card, an account or a receipt, or a date or an amount: private, and no help. */
const DIGITS_OF_NUMBER = 4;
const NUMBERS = /#(?:[\s\p{P}]*#)+/gu;

/** The text with each long number and each amount replaced by `#`. */
export function withoutNumbers(text: string): string {
  return text
    .replace(BLOCKS, withoutLong)
    .replace(AMOUNT, '#')
    .replace(WORD, withoutLong)
    .replace(NUMBERS, '#');
}

function withoutLong(found: string): string {
  return (found.match(DIGIT)?.length ?? 0) >= DIGITS_OF_NUMBER ? '#' : found;
}

/** In whole currency units with one digit that says something: what is paid, roughly. @param amount in cents. */
export function roughly(amount: number): number {
  return Number((amount / 100).toPrecision(1));
}
