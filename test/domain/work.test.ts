import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SuggestionId, suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { ScheduledOptions, Work } from '../../functions/domain/job.ts';
import { inputOf, optionsOf, workAfter, workAgain } from '../../functions/domain/work.ts';
import { newRecord } from './builders.ts';

const id: fc.Arbitrary<SuggestionId> = fc
  .record({ transaction: fc.uuid(), revision: fc.integer({ min: 1, max: 99 }) })
  .map(({ transaction, revision }) => suggestionId(transactionId(transaction), revision));
const optional = { requiredKeys: ['type'] as ['type'] };
/** Every option of the types that sync: one that is new has its place here. */
const syncing = {
  fullResync: fc.boolean(),
  bankSync: fc.boolean(),
} satisfies Readonly<Record<keyof Omit<ScheduledOptions, 'applyAtConfidence'>, unknown>>;

const work: fc.Arbitrary<Work> = fc.oneof(
  fc.record({ type: fc.constant('budget_sync' as const), ...syncing }, optional),
  fc.record({ type: fc.constant('sync_and_suggest' as const), ...syncing }, optional),
  fc.record({ type: fc.constant('suggestions_generate' as const) }),
  fc.record({ type: fc.constant('suggestions_retry_payee' as const), suggestionId: id }),
  fc.record(
    {
      type: fc.constant('suggestions_apply' as const),
      suggestionIds: fc.array(id, { minLength: 1, maxLength: 5 }),
      minConfidence: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    optional,
  ),
  fc.record({ type: fc.constant('snapshot_create' as const) }),
  fc.record({ type: fc.constant('snapshot_redownload' as const) }),
);

describe("a job's work", () => {
  it('can be read back from what is kept of it, for every type', () => {
    fc.assert(
      fc.property(work, (asked) => {
        const again = workAgain(newRecord(asked).job, inputOf(asked));
        expect({ ...again }).toStrictEqual({ ...asked });
      }),
    );
  });

  it('is repeated as sync_and_suggest where the scheduler asked for it', () => {
    const asked = { type: 'scheduled_sync_and_suggest', fullResync: true } as const;
    expect(workAgain(newRecord(asked).job, undefined)).toEqual({
      type: 'sync_and_suggest',
      fullResync: true,
    });
  });

  it('is not known any more when its list is gone: everything approved would be another work', () => {
    const suggestionIds = [suggestionId(transactionId('t1'), 1)];
    const { job } = newRecord({ type: 'suggestions_apply', suggestionIds });
    expect(workAgain(job, undefined)).toBeUndefined();
  });

  it('is not known any more when the suggestion that it is for is not', () => {
    const { job } = newRecord({ type: 'snapshot_create' });
    expect(workAgain({ ...job, type: 'suggestions_retry_payee' }, undefined)).toBeUndefined();
  });
});

describe("the options that a job's metadata shows", () => {
  it.each<Work>([
    { type: 'budget_sync' },
    { type: 'sync_and_suggest' },
    { type: 'scheduled_sync_and_suggest' },
    { type: 'suggestions_apply' },
    { type: 'suggestions_generate' },
    { type: 'snapshot_create' },
    { type: 'snapshot_redownload' },
  ])('are none for $type alone', (asked) => {
    expect(optionsOf(asked)).toStrictEqual({});
  });

  it('are all that was asked for', () => {
    const options: Required<ScheduledOptions> = {
      fullResync: true,
      bankSync: false,
      applyAtConfidence: 0.9,
    };
    expect(optionsOf({ type: 'scheduled_sync_and_suggest', ...options })).toStrictEqual(options);
  });
});

describe('the work after a job', () => {
  const { job } = newRecord({ type: 'scheduled_sync_and_suggest', applyAtConfidence: 0.9 });

  it('applies what a scheduled job proposed, where that was asked for', () => {
    expect(workAfter(job)).toEqual({ type: 'suggestions_apply', minConfidence: 0.9 });
  });

  it('is none after a job that a caller asked for: who decides is there', () => {
    expect(workAfter({ ...job, type: 'sync_and_suggest' })).toBeUndefined();
  });
});
