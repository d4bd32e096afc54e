import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folded, oneLine, shortened } from '../../functions/domain/text.ts';

it.each([
  ['CAFÉ', 'café'],
  ['Crème  Brûlée\t\n12', 'creme brulee 12'],
  ['  Aldi ', 'aldi'],
  ['ﬁtness', 'FITNESS'],
  ['Łódź', 'LODZ'],
  ['Weißbier Straße', 'WEISSBIER STRASSE'],
  ['Sarıyer Çarşı', 'SARIYER ÇARŞI'],
  ['Kjøtt & Sønn', 'KJOTT & SONN'],
  ['Điện lực', 'DIEN LUC'],
  ['Þórður', 'THORDUR'],
  ['Ħal Għaxaq', 'HAL GHAXAQ'],
  ["McDonald's", 'MCDONALDS'],
  ['Domino’s', "domino's"],
  ['McDonald´s', 'MCDONALDS'],
  ['Wendy`s', 'WENDYS'],
  ['Oʻahu Grill', 'OAHU GRILL'],
  ['Œuvre Æblehuset', 'OEUVRE AEBLEHUSET'],
  ['שָׁלוֹם', 'שלום'],
  ['مُحَمَّد', 'محمد'],
  ['ｶﾞｽ', 'ガス'],
  ['Μάρκος.Γριλ', 'ΜΑΡΚΟΣ.ΓΡΙΛ'],
  ['کافه لمیز', 'كافه لميز'],
  ['مكتبة الشروق', 'مكتبه الشروق'],
  ['مقهى', 'مقهي'],
  ['دیجی\u200Cکالا', 'دیجی کالا'],
  ['क्\u200Dषमा', 'क्षमा'],
  ['\u200Fשופרסל\u200E', 'שופרסל'],
  ['Bäcker\u00ADei', 'Bäckerei'],
  ['\uFEFFAl\u200Bdi\u2060', 'ALDI'],
])('%j and %j are the same text', (one, other) => {
  expect(folded(one)).toBe(folded(other));
});

it.each([
  ['Aldi Süd', 'aldi sud'],
  ['A  B', 'a b'],
])('%j is %j', (text, same) => {
  expect(folded(text)).toBe(same);
});

it.each([
  ['al di', 'aldi'],
  ['バス', 'パス'],
  ['काल', 'कल'],
  ['ปี', 'ปู'],
])('%j and %j are other texts', (one, other) => {
  expect(folded(one)).not.toBe(folded(other));
});

it('is the same when it is folded again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(folded(folded(text))).toBe(folded(text));
    }),
  );
});

it('is the same for plain texts, which are folded in a shorter way', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'B', '7', '&', '-', ' ') });
  fc.assert(
    fc.property(plain, (text) => {
      // An accent by itself changes no text, but makes it one that is not plain.
      expect(folded(text)).toBe(folded(`${text} \u0301`));
    }),
  );
});

it('is one line of letters that can be seen, of bounded length', () => {
  expect(oneLine('\u200B a\u0000b\u202E\n\t c \u200B', 80)).toBe('ab c');
  expect([...oneLine('😀'.repeat(200), 80)]).toHaveLength(80);
});

it('is cut between characters, and where it is too long alone', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (long, longest) => {
      const short = shortened(long, longest);
      expect(short.isWellFormed()).toBe(true);
      expect([...short].length).toBe(Math.min(longest, [...long].length));
      if ([...long].length <= longest) expect(short).toBe(long);
    }),
  );
});
