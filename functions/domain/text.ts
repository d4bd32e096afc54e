/**
 * Marks that letters go with or without, those of Hebrew and Arabic among them. Those of Indic and Southeast Asian scripts are
 * vowels, and the two of kana make other letters: バス is a bus, パス a pass.
 */
const ACCENTS =
  /[[\p{M}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]--[\u3099\u309A]]/gv;
/**
 * Letters that Unicode takes for letters of their own, as texts in capitals or of plain letters write them: banks write
 * WEISS for Weiß, SARIYER for Sarıyer, LODZ for Łódź.
 */
const PLAIN_LETTERS = new Map([
  ['ß', 'ss'],
  ['ı', 'i'],
  ['ł', 'l'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ħ', 'h'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['þ', 'th'],
]);
const OWN_LETTERS = new RegExp(`[${[...PLAIN_LETTERS.keys()].join('')}]`, 'gu');
/** Of any shape: banks leave them out. */
const APOSTROPHES = /['’‘‛′ʻʼ`]/gu;
/** People type it for an apostrophe; to Unicode it is a space with an accent. */
const ACUTE = '´';
/** Words of letters, digits and signs that every code page has, a space between them, and no apostrophe: most texts there are. */
const PLAIN = /^[!-&(-_a-~]+(?: [!-&(-_a-~]+)*$/;

/** One spelling for all texts that a person would call the same: lower case, plain letters, no accents or apostrophes, single spaces. */
export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const letters = text.replaceAll(ACUTE, '').normalize('NFKD').replace(ACCENTS, '');
  return letters
    .toLowerCase()
    .replace(APOSTROPHES, '')
    .replace(OWN_LETTERS, (letter) => PLAIN_LETTERS.get(letter) ?? letter)
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Control, format and surrogate characters: they are invisible, or turn the direction of what stands beside them. */
const UNSEEN = /\p{C}/gu;
const SPACE = /\s+/gu;

/** The text in one line of at most `longest` characters, with nothing unseen. */
export function oneLine(text: string, longest: number): string {
  return shortened(text.normalize('NFC').replace(SPACE, ' ').replace(UNSEEN, '').trim(), longest);
}

/**
 * The text, cut where it has more than `longest` characters, and never within one: half of a pair of surrogates is no text
 * that could be written or sent.
 */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // No character takes more than two.
  const characters = [...text.slice(0, 2 * longest + 1)];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}
