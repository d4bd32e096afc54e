import { describe, expect, it } from 'vitest';
import type { Review } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type ReviewOutcome, review } from '../../functions/jobs/review.ts';
import { applyStep } from '../../functions/steps/apply.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import {
  type ProposalRequest,
  type SuggestionsPorts,
  suggestionsStep,
} from '../../functions/steps/suggestions.ts';
import { at, newRecord, snapshotOf } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { ports } from '../steps/applying.ts';
import { budget } from '../suggest/budgets.ts';
import { HOME, suggestionTable } from './suggestion-table.ts';

/** Somebody decides on a suggestion between a job's look at it and its write, and is told that it counts. */

const table = suggestionTable();
const { put } = table;

const { id, transactionId } = suggestion(1);
const rejected = (...rejectedCategoryIds: readonly string[]) =>
  suggestion(1, { status: 'rejected', rejectedCategoryIds });

const GIVEN: readonly (readonly [string, Suggestion, readonly Review['status'][]])[] = [
  ['is pending', suggestion(1), ['approved', 'rejected']],
  [
    'was proposed after a rejection',
    suggestion(1, { rejectedCategoryIds: ['gifts'] }),
    ['approved', 'rejected'],
  ],
  ['is rejected', rejected('food'), ['approved']],
  ['was withdrawn', rejected('gifts'), ['approved', 'rejected']],
];

type Propose = (
  request: ProposalRequest,
) => Awaited<ReturnType<SuggestionsPorts['engine']['propose']>>;

const SAID: Readonly<Record<string, Propose>> = {
  'another category': ({ wanted }) => {
    const categories = [{ categoryId: 'fun', categoryName: 'Fun', confidence: 0.7 }] as const;
    const proposals = wanted(transactionId) ? [{ transactionId, categories, reason: 'why' }] : [];
    return { candidates: [transactionId], proposals };
  },
  'no category': () => ({ candidates: [transactionId], proposals: [] }),
};

const CASES = GIVEN.flatMap(([state, given, statuses]) =>
  statuses.flatMap((status) =>
    Object.entries(SAID).map(([said, propose]) => ({ state, given, status, said, propose })),
  ),
);

/** The job, with a decision while the engine is asked. @returns what came of the decision. */
async function decidedMeanwhile(
  step: typeof suggestionsStep,
  decision: Review,
  propose: Propose,
): Promise<ReviewOutcome | undefined> {
  let outcome: ReviewOutcome | undefined;
  const now = () => at(60);
  const ports: SuggestionsPorts = {
    pendingDays: 90,
    retentionDays: 30,
    snapshots: {
      current: async () => snapshotOf(HOME),
    },
    extracts: { readExtract: async () => budget([{ id: transactionId, payee: 'Grocer' }]) },
    suggestions: table.store,
    engine: {
      propose: async (_extract, asked) => {
        // The suggestions are read by then.
        const proposed = propose(await asked);
        const request = { budgetId: HOME, id, review: decision, by: 'me' };
        outcome = await review({ suggestions: table.store, now }, request);
        return proposed;
      },
    },
  };
  const { job, steps } = newRecord();
  const metadata = { ...job.metadata, suggestionId: id };
  const record = { job: { ...job, budgetId: HOME, metadata }, steps };
  await step(ports)({ record, fence: table.fence, now });
  return outcome;
}

describe.each([
  ['proposes for the budget', suggestionsStep],
  ['proposes anew for a payee', retryPayeeStep],
])('what is decided while a job %s', (_job, step) => {
  it.each(CASES)('stays: one that $state is $status, and $said is proposed', async (is) => {
    await put(is.given);
    const outcome = await decidedMeanwhile(step, { status: is.status }, is.propose);
    const found = await table.store.get(HOME, transactionId);
    expect(outcome).toEqual({ kind: 'reviewed', suggestion: found });
  });
});

it.each<Review>([{ status: 'rejected' }, { status: 'approved', categoryId: 'fun' }])(
  'what is decided while a job applies stays, where somebody has chosen the proposed category in Actual: %j',
  async (decision) => {
    await put(suggestion(1, { status: 'approved' }));
    let outcome: ReviewOutcome | undefined;
    const now = () => at(60);
    const step = applyStep({
      ...ports,
      suggestions: table.store,
      budgets: {
        edit: async (_request, plan) => {
          const extract = budget([{ id: transactionId, payee: 'Grocer', category: 'food' }]);
          const request = { budgetId: HOME, id, review: decision, by: 'me' };
          outcome = await review({ suggestions: table.store, now }, request);
          await plan(extract);
          return { archive: new Uint8Array(), extract, cloudFileId: 'file' };
        },
      },
    });
    const { job, steps } = newRecord({ type: 'suggestions_apply' });
    const record = { job: { ...job, budgetId: HOME }, steps };
    expect(await step({ record, fence: table.fence, now })).toMatchObject({
      counts: { applied: 0, notApplied: 1 },
      warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
    });
    const found = await table.store.get(HOME, transactionId);
    expect(outcome).toEqual({ kind: 'reviewed', suggestion: found });
  },
);
