/**
 * Marks that letters go with or without, those of Hebrew and Arabic among them. Those of Indic and Southeast Asian scripts are
 * vowels, and the two of kana make other letters: バス is a bus, パス a pass.
 */
const ACCENTS =
  /[[\p{M}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]--[\u3099\u309A]]/gv;
/**
 * Letters that Unicode takes for letters of their own, each before what other texts have for it. In capitals or plain letters banks
 * write WEISS for Weiß, SARIYER for Sarıyer, LODZ for Łódź; a capital sigma gets small as the last letter of a word before
 * some signs and not before others; keyboards of Persian and of Arabic have one letter each for the same yeh and kaf.
 */
const PLAIN_LETTERS = new Map(
  'ßss ıi łl øo đd ðd ħh æae œoe þth ςσ یي ىي کك ةه'
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)] as const),
);
const OWN_LETTERS = new RegExp(`[${[...PLAIN_LETTERS.keys()].join('')}]`, 'gu');
/** Of any shape: banks leave them out. */
const APOSTROPHES = /['’‘‛′ʻʼ`]/gu;
/**
 * An acute accent, which people type for an apostrophe and which to Unicode is a space with an accent; and what nobody sees: soft
 * hyphens, what joins letters or lets a line break, marks of direction.
 */
const LEFT_OUT = /[\u200D´\u00AD\u200B\u2060\uFEFF\p{Bidi_Control}]/gu;
/** With the sign that keeps letters of Persian apart, for which others write a space. */
const SPACES = /[\s\u200C]+/gu;
/** Words of letters, digits and signs that every code page has, a space between them, and no apostrophe: most texts there are. */
const PLAIN = /^[!-&(-_a-~]+(?: [!-&(-_a-~]+)*$/;

/** One spelling for all texts that a person would call the same: lower case, plain letters, nothing unseen, no accents or apostrophes, single spaces. */
export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const letters = text.replace(LEFT_OUT, '').normalize('NFKD').replace(ACCENTS, '');
  return letters
    .toLowerCase()
    .replace(APOSTROPHES, '')
    .replace(OWN_LETTERS, (letter) => PLAIN_LETTERS.get(letter) ?? letter)
    .replace(SPACES, ' ')
    .trim();
}

/** Control, format and surrogate characters: they are invisible, or turn the direction of what stands beside them. */
const UNSEEN = /\p{C}/gu;

/** The text in one line of at most `longest` characters, with nothing unseen. */
export function oneLine(text: string, longest: number): string {
  return shortened(text.normalize('NFC').replace(SPACES, ' ').replace(UNSEEN, '').trim(), longest);
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
