import { describe, expect, it } from 'vitest';
import { folded } from '../../functions/domain/text.ts';
import { lastingWords, namingWords, wordsOf } from '../../functions/suggest/history/text.ts';
import { TextFeatureMaker } from '../../functions/suggest/history/text-features.ts';

const lasting = (text: string) => lastingWords(wordsOf(text)).join(' ');
const naming = (text: string) => namingWords(wordsOf(text)).join(' ');

describe("a bank's text", () => {
  it('is whole words in scripts whose vowels are marks, too', () => {
    expect(wordsOf(folded('किराना दुकान ガス'))).toEqual(folded('किराना दुकान ガス').split(' '));
  });

  it('loses references that never come back', () => {
    expect(lasting('market ukmt46m4v04 london')).toBe('market london');
    expect(lasting('market 12ab34cd56')).toBe('market');
  });

  it('keeps names with digits, and numbers', () => {
    expect(lasting('forever21 office365 4you store 6227')).toBe(
      'forever21 office365 4you store 6227',
    );
  });

  it('keeps a reference that is all it has', () => {
    expect(lasting('ukmt46m4v04')).toBe('ukmt46m4v04');
  });

  it('names a shop without what a reference pushed out of its end', () => {
    expect(naming('amzn mktp ukmt46m4v04 am')).toBe('amzn mktp');
    expect(naming('amzn mktp ukm67ua56c4')).toBe('amzn mktp');
  });

  it('names a shop by what stands behind a reference, if that is more', () => {
    expect(naming('ukmt46m4v04 market hall')).toBe('market hall');
    expect(naming('sq ab12cd34 cafe roma')).toBe('sq cafe roma');
    expect(naming('ukmt46m4v04 aldi')).toBe('aldi');
  });

  it.each([
    ['zakup przy uzyciu karty biedronka 1234', 'biedronka'],
    ['carte 12 03 carrefour city', 'carrefour city'],
    ['card payment to waterstones', 'waterstones'],
    ['pos debit card factory', 'factory'],
    ['card factory 12', 'card factory'],
    ['card payment', 'card payment'],
    ['visa 4711', 'visa'],
    ['to go visa', 'to go visa'],
  ])('names a shop without how was paid, where it names one: %s', (text, shop) => {
    expect(naming(text)).toBe(shop);
  });
});

describe('a payee with a reference in its name', () => {
  it('is the same payee with another one', () => {
    const maker = new TextFeatureMaker();
    const payee = maker.payee('AMZN Mktp UKMT46M4V04 am');
    const again = maker.payee('AMZN Mktp UKM67UA56C4 am');
    expect(again.features).toEqual(payee.features);
    expect(again.wholeWords).toEqual(payee.wholeWords);
  });

  it('is another one where the name is', () => {
    const maker = new TextFeatureMaker();
    const { features } = maker.payee('Amazon UKMT46M4V04');
    expect(maker.payee('Zalando UKMT46M4V04').features.payee).not.toBe(features.payee);
  });
});

describe('a payee of signs alone', () => {
  it('has nothing in common with another one', () => {
    const maker = new TextFeatureMaker();
    const [pizza, beer] = [maker.payee('🍕'), maker.payee('🍺')];
    expect(beer.features.shop).not.toBe(pizza.features.shop);
    expect(beer.features.firstWord).not.toBe(pizza.features.firstWord);
    expect(beer.parts.filter((part) => pizza.parts.includes(part))).toEqual([]);
  });
});
