/** Banks' texts, taken apart: what names the shop, without the numbers, store codes and references around it. */

const WORD = /[\p{L}\p{N}&']+/gu;
const DIGIT = /\p{N}/u;
/** Says what kind of company or text it is, never which one. */
const NOISE = new Set(
  'ltd limited plc llc llp inc gmbh ag co corp company sa sarl bv the www com net org uk http https'.split(
    ' ',
  ),
);

/** The words of a folded text, numbers and codes among them. */
export function wordsOf(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

/** The words that name the shop; all of them where nothing else is left. */
export function namingWords(words: readonly string[]): readonly string[] {
  const naming = words.filter((word) => word.length > 1 && !DIGIT.test(word) && !NOISE.has(word));
  return naming.length > 0 ? naming : words;
}
