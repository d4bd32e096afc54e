import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, expectTypeOf, it, vi } from 'vitest';
import { openJobs, openSuggestions, suggestionsIn } from '../../functions/handlers/clients.ts';
import { suggestion } from '../domain/suggestions.ts';

/** What a stack is told of how long to keep suggestions, on its way to what is written. */

it.each([
  ['pending', 46],
  ['rejected', 45],
] as const)(
  'a suggestion that is %s is kept for as long as the stack is told',
  async (status, days) => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
    const sent: string[] = [];
    vi.spyOn(client, 'send').mockImplementation(async ({ input }) => {
      sent.push(JSON.stringify(input));
      return {};
    });
    const store = suggestionsIn(client, {
      tableName: 'Table',
      retentionDays: '45',
      pendingSuggestionDays: '46',
    });
    const after = { ...suggestion(1), status };
    await store.decide(suggestion(1), after);
    const expiresAt = Math.floor(Date.parse(after.updatedAt) / 1000) + days * 86_400;
    expect(sent.join()).toContain(`"expiresAt":${expiresAt}`);
  },
);

it('a handler that does not know how long jobs and suggestions are kept has nothing at hand that writes them', () => {
  const jobs = () => openJobs({ tableName: 'Table' }).jobs;
  const suggestions = () => openSuggestions({ tableName: 'Table' }).suggestions;
  expectTypeOf<keyof ReturnType<typeof jobs>>().toEqualTypeOf<
    'endedBetween' | 'get' | 'list' | 'whole'
  >();
  expectTypeOf<keyof ReturnType<typeof suggestions>>().toEqualTypeOf<'list'>();
});
