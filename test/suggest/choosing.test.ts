import { describe, expect, it } from 'vitest';
import { chosenFor } from '../../functions/suggest/history/choosing.ts';
import { Directions } from '../../functions/suggest/history/doubt.ts';
import { LatestDecisions } from '../../functions/suggest/history/follow.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { PayeeRows } from '../../functions/suggest/history/payee-rows.ts';

const ROW = { day: 1, account: 'card', payee: 'Lidl', text: 'Lidl', notes: '', amount: -1200 };

/** What is chosen where Food was what Lidl was, of categories with these confidences. */
function chosenOf(...confidences: readonly number[]) {
  const counted = new Past();
  counted.add(ROW.payee, ROW.account, 'Food');
  const categories = ['Food', 'Household', 'Gifts'].flatMap((category, place) => {
    const confidence = confidences[place];
    return confidence === undefined ? [] : [{ category, confidence }];
  });
  const known = {
    counted,
    latest: new LatestDecisions(),
    directions: new Directions(),
    rows: new PayeeRows(() => []),
    isIncome: () => false,
  };
  return chosenFor({ row: ROW }, { categories, payeeKnown: true }, known).categories.map(
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
});
