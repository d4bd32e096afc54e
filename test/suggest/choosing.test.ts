import { describe, expect, it } from 'vitest';
import { chosenFor } from '../../functions/suggest/history/choosing.ts';
import { Directions } from '../../functions/suggest/history/doubt.ts';
import { LatestDecisions } from '../../functions/suggest/history/latest-decisions.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { PayeeRows } from '../../functions/suggest/history/payee-rows.ts';

const ROW = { day: 1, account: 'card', payee: 'Lidl', text: 'Lidl', notes: '', amount: -1200 };

/** What is chosen where Food was what Lidl was, of categories with these confidences. */
const chosenOf = (...confidences: readonly number[]) => chosenAfter(1, true, confidences);

/** What is chosen after so many purchases at Lidl, of the same payee or of one that nobody knows. */
function chosenAfter(purchases: number, payeeKnown: boolean, confidences: readonly number[]) {
  const [counted, directions] = [new Past(), new Directions()];
  directions.add(ROW, 'Food');
  for (let time = 0; time < purchases; time++) counted.add('Lidl', ROW.account, 'Food');
  const categories = ['Food', 'Household', 'Gifts'].flatMap((category, place) => {
    const confidence = confidences[place];
    return confidence === undefined ? [] : [{ category, confidence }];
  });
  const known = {
    counted,
    latest: new LatestDecisions(),
    directions,
    rows: new PayeeRows(() => []),
    isIncome: () => false,
  };
  return chosenFor({ row: ROW }, { categories, payeeKnown }, known).categories.map(
    ({ category }) => category,
  );
}

describe('what is chosen of a ranking', () => {
  it('is three categories, however sure the first one is', () => {
    expect(chosenOf(0.98, 0.015, 0.001)).toEqual(['Food', 'Household', 'Gifts']);
  });

  it('leaves out, behind the first, what is right less than once in a thousand times', () => {
    expect(chosenOf(0.99, 0.009, 0.0009)).toEqual(['Food', 'Household']);
  });

  it.each([
    ['of a payee that is known', 1, true, 0.05],
    ['by account and amount alone', 1000, false, 0.12],
  ])('is nothing rather than a guess: %s', (_what, purchases, payeeKnown, least) => {
    expect(chosenAfter(purchases, payeeKnown, [least])).toEqual(['Food']);
    expect(chosenAfter(purchases, payeeKnown, [least - 0.01])).toEqual([]);
  });

  it('is nothing by account and amount alone before a thousand transactions have shown what they say', () => {
    expect(chosenAfter(999, false, [0.9])).toEqual([]);
  });
});
