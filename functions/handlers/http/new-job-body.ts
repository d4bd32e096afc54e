import * as z from 'zod';
import { JOB_TYPES } from '../../domain/job.ts';
import { fieldOf } from '../../domain/json.ts';
import { BudgetIdIn, SuggestionIdIn } from './id-schemas.ts';

/** The job that is asked for: a type, and what this type takes. */

const syncing = {
  budgetId: BudgetIdIn,
  fullResync: z
    .boolean()
    .exactOptional()
    .meta({ description: 'Distrust our snapshot and download the whole budget.' }),
  bankSync: z.boolean().exactOptional().meta({ description: "Run Actual's own bank sync first." }),
};
const plain = { budgetId: BudgetIdIn };

export const SUGGESTION_IDS_MAX = 500;

const SCHEDULED = 'scheduled_sync_and_suggest';
const REQUESTED_TYPES = JOB_TYPES.filter((type) => type !== SCHEDULED).join(', ');

/** DynamoDB holds no number nearer to zero than 1e-130; nobody means one that is anywhere near. */
const LEAST_CONFIDENCE = 1e-9;
const ConfidenceIn = z
  .number()
  .min(0)
  .max(1)
  .refine(
    (confidence) => confidence === 0 || confidence >= LEAST_CONFIDENCE,
    `has to be 0, or at least ${LEAST_CONFIDENCE}`,
  )
  // Each with its type: of one without, generators of clients make a field that takes anything.
  .meta({
    anyOf: [
      { type: 'number', const: 0 },
      { type: 'number', minimum: LEAST_CONFIDENCE },
    ],
  });

export const NewJobBody = z.discriminatedUnion(
  'type',
  [
    z
      .strictObject({ type: z.literal('budget_sync'), ...syncing })
      .meta({ id: 'NewBudgetSync', description: 'Brings our snapshot of the budget up to date.' }),
    z.strictObject({ type: z.literal('suggestions_generate'), ...plain }).meta({
      id: 'NewSuggestionsGenerate',
      description: 'Proposes categories from our snapshot as it is.',
    }),
    z
      .strictObject({ type: z.literal('sync_and_suggest'), ...syncing })
      .meta({ id: 'NewSyncAndSuggest', description: 'Both, one after the other.' }),
    z
      .strictObject({
        type: z.literal('suggestions_retry_payee'),
        ...plain,
        suggestionId: SuggestionIdIn,
      })
      .meta({
        id: 'NewSuggestionsRetryPayee',
        description: 'Proposes anew for the payee of a suggestion.',
      }),
    z
      .strictObject({
        type: z.literal('suggestions_apply'),
        ...plain,
        suggestionIds: z
          .array(SuggestionIdIn)
          .min(1)
          .max(SUGGESTION_IDS_MAX)
          .refine((ids) => new Set(ids).size === ids.length, 'names a suggestion twice')
          .meta({ uniqueItems: true, description: 'Everything approved, unless given.' })
          .exactOptional(),
        minConfidence: ConfidenceIn.exactOptional().meta({
          description: 'Pending ones at or above it too, but for those of a language model.',
        }),
      })
      .refine(
        ({ suggestionIds, minConfidence }) =>
          suggestionIds === undefined || minConfidence === undefined,
        {
          path: ['minConfidence'],
          message: 'cannot go with suggestionIds: those are named one by one',
        },
      )
      .meta({
        id: 'NewSuggestionsApply',
        description: 'Writes categories into the budget.',
        not: { required: ['suggestionIds', 'minConfidence'] },
      }),
    z
      .strictObject({ type: z.literal('snapshot_create'), ...plain })
      .meta({ id: 'NewSnapshotCreate', description: 'Keeps a copy of the budget.' }),
    z.strictObject({ type: z.literal('snapshot_redownload'), ...plain }).meta({
      id: 'NewSnapshotRedownload',
      description: 'Replaces our snapshot by a full download.',
    }),
  ],
  {
    error: ({ code, input }) => {
      if (code !== 'invalid_union') return undefined;
      const type = fieldOf(input, 'type');
      if (type === undefined) return `is missing; it has to be one of ${REQUESTED_TYPES}`;
      return type === SCHEDULED
        ? `may not be ${SCHEDULED}, which is the scheduler's own: ask for sync_and_suggest`
        : `has to be one of ${REQUESTED_TYPES}`;
    },
  },
);
