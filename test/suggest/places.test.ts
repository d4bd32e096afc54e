import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContextCounts } from '../../functions/suggest/history/context-counts.ts';
import { CONTEXTS, FeatureMaker } from '../../functions/suggest/history/features.ts';
import { Places } from '../../functions/suggest/history/places.ts';
import { ALL_CONTEXTS } from '../../functions/suggest/history/signals.ts';

const ROWS = fc.array(
  fc.record({
    day: fc.constant(0),
    account: fc.constantFrom('Checking', 'Card'),
    payee: fc.constantFrom('', 'Lidl', 'Lidl York', 'Aldi'),
    text: fc.constant(''),
    notes: fc.constant(''),
    amount: fc.constantFrom(-900, -20, 0, 900),
  }),
  { maxLength: 60 },
);

describe('the places of a row', () => {
  it('are where its contexts are counted, however often its payee came before', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const counts = new ContextCounts();
        const places = new Places(counts);
        const features = new FeatureMaker(ALL_CONTEXTS - CONTEXTS.length);
        for (const row of rows) {
          const { contexts, ...rest } = features.of(row);
          places.findOwn({ contexts, ...rest });
          const found = [...places.values].slice(0, CONTEXTS.length);
          const expected = [...contexts]
            .slice(0, CONTEXTS.length)
            .map((key) => (key === 0 ? -1 : counts.find(key)));
          expect(found).toEqual(expected);
          counts.addAll(contexts, 0, row.day, places.values);
        }
      }),
    );
  });

  it('are known for more payees than there was room for', () => {
    const counts = new ContextCounts();
    const places = new Places(counts);
    const features = new FeatureMaker(ALL_CONTEXTS - CONTEXTS.length);
    const row = { day: 0, account: 'Checking', text: '', notes: '', amount: -1 };
    for (const round of [0, 1]) {
      for (let payee = 0; payee < 200; payee++) {
        const view = features.of({ ...row, payee: `Shop${payee}` });
        places.findOwn(view);
        expect(places.values[0]).toBe(round === 0 ? -1 : counts.find(view.contexts[0] ?? 0));
        counts.addAll(view.contexts, 0, 0, places.values);
      }
    }
  });
});
