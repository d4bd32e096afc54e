import { folded } from '../../domain/text.ts';
import { withoutWayOfPaying } from './ways-of-paying.ts';

/** Banks' texts, taken apart: what names the shop, without the numbers, store codes and references around it. */

const WORD = /[\p{L}\p{M}\p{N}&]+/gu;
/** Chinese and Japanese have no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\u3099\u309A]+/gu;
/** With the mark that makes another letter of a kana. */
const CHARACTER = /.[\u3099\u309A]?/gu;
const DIGIT = /\p{N}/u;
const DIGITS = /\p{N}/gu;
/** Letters, digits and letters again, or the other way round: a reference that never comes back. */
const CODE = /\p{L}\p{N}+\p{L}|\p{N}\p{L}+\p{N}/u;
const SHORTEST_CODE = 6;
const LONGEST_REST = 3;
/**
 * Says what kind of company or text it is, never which one; also in front of the name, as in Russian, Arabic or Korean. Forms that
 * are words or names elsewhere are left out: AB is a supermarket in Greece, IP sells fuel in Italy, a spa is no company.
 */
const NOISE = new Set(
  wordsOf(
    folded(
      'ltd limited plc llc llp inc pty pte pvt sdn bhd gmbh mbh kg ohg ag co corp company sa sarl sas sasu eurl snc srl bv vof oy uab sia ou kft zrt nyrt sro spol doo fhu phu pphu lda ltda cv pt tbk ooo oao zao too cong ty cty tnhh firma the www com net org uk http https บริษัท จำกัด 股份有限公司 有限责任公司 有限責任公司 株式会社 有限会社 合同会社 ооо ип ао пао оао зао тоо прат тов фоп оод еоод شركة شرکت חברת 주식회사 유한회사 주',
    ),
  ),
);

/** The words of a folded text as they are written, numbers and codes among them. */
export function writtenWords(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

/** The same; where there are no spaces, every two characters side by side are a word. */
export function wordsOf(text: string): readonly string[] {
  return writtenWords(text.replace(UNSPACED, inPairs));
}

function inPairs(run: string): string {
  const characters = run.match(CHARACTER) ?? [];
  const pairs = characters.slice(1).map((one, place) => `${characters[place]}${one}`);
  return ` ${pairs.join(' ') || run} `;
}

/** The words that may come back: without codes, unless there is nothing else. */
export function lastingWords(words: readonly string[]): readonly string[] {
  const lasting = words.filter((word) => !isCode(word));
  return lasting.length > 0 ? lasting : words;
}

/** The words that name the shop; all of them where nothing else is left. */
export function namingWords(words: readonly string[]): readonly string[] {
  return withoutWayOfPaying(givenWords(words));
}

/** The same with how was paid: a shop that people call Maestro Pizza is not every pizza. */
export function givenWords(words: readonly string[]): readonly string[] {
  const given = withoutRest(words).filter(
    (word) => word.length > 1 && !DIGIT.test(word) && !NOISE.has(word),
  );
  return given.length > 0 ? given : words;
}

/** By so many letters names begin alike. */
const BEGINNING_LENGTH = 5;

/** The first letters of the words that name a shop, whatever stands between them. */
export function beginningOf(naming: readonly string[]): string {
  return naming.join('').slice(0, BEGINNING_LENGTH);
}

/** Without the few letters that a code left of what stood behind it, at the end of a text of fixed length. */
function withoutRest(words: readonly string[]): readonly string[] {
  const behind = words.findLastIndex(isCode) + 1;
  if (behind < 2) return words;
  return words.slice(behind).join('').length > LONGEST_REST ? words : words.slice(0, behind);
}

function isCode(word: string): boolean {
  return word.length >= SHORTEST_CODE && CODE.test(word) && digitsOf(word) > 1;
}

function digitsOf(word: string): number {
  return word.match(DIGITS)?.length ?? 0;
}
