import { expect, it } from 'vitest';
import { manySuggestions } from './applying-many.ts';

/** As many suggestions as a budget may hold, applied by one job. */

const many = manySuggestions(20_001);

it('20,000 suggestions at once are in the budget and marked, in bounded memory, though the worker dies while it marks them', async () => {
  const job = await many.apply();
  await many.untilSomeAre('applied');
  many.kill();
  expect(await many.areSome('approved')).toBe(true);
  await many.expectApplied(job);
});
