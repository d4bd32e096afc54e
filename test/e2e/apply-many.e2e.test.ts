import { it } from 'vitest';
import { manySuggestions } from './applying-many.ts';

const many = manySuggestions(601);

it('600 suggestions at once are in the budget and marked, in bounded memory', async () => {
  const job = await many.apply();
  await many.untilSomeAre('applied');
  await many.expectApplied(job);
});
