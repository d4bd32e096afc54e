import * as z from 'zod';
import { budgetId, jobId, parseSuggestionId, SUGGESTION_ID } from '../../domain/ids.ts';
import { JOB_TYPES } from '../../domain/job.ts';
import { STATUSES } from '../../domain/status.ts';
import { SUGGESTION_STATUSES } from '../../domain/suggestion.ts';

/** What comes in. The OpenAPI document is generated from the very schemas that validate. */

const HEX = '[0-9a-fA-F]';
const UUID = new RegExp(`^${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}$`);
export const EXAMPLE_ID = '0190b1d4-7c1a-7000-8000-000000000001';

/** Taken in either case, as UUIDs are; kept in lower case, the one spelling that names an item. */
const UuidIn = z
  .string()
  .regex(UUID, `has to be a UUID, such as ${EXAMPLE_ID}`)
  .meta({ format: 'uuid', example: EXAMPLE_ID });
const BudgetIdIn = UuidIn.transform((text) => budgetId(text.toLowerCase())).meta({
  description: "Actual's Sync ID of the budget (Settings → Advanced).",
});
const JobIdIn = UuidIn.transform((text) => jobId(text.toLowerCase()));
const NOT_A_SUGGESTION_ID = 'has to be a suggestion id: <transactionId>.<revision>';
const SuggestionIdIn = z
  .string()
  .regex(SUGGESTION_ID, { message: NOT_A_SUGGESTION_ID, abort: true })
  .transform(parseSuggestionId);

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
      .meta({ id: 'NewBudgetSync', description: 'Brings our copy of the budget up to date.' }),
    z.strictObject({ type: z.literal('suggestions_generate'), ...plain }).meta({
      id: 'NewSuggestionsGenerate',
      description: 'Proposes categories from the copy as it is.',
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
    z
      .strictObject({ type: z.literal('snapshot_redownload'), ...plain })
      .meta({ id: 'NewSnapshotRedownload', description: 'Replaces our copy by a full download.' }),
  ],
  {
    error: ({ code, input }) => {
      if (code !== 'invalid_union') return undefined;
      if (typeIn(input) === undefined) return `is missing; it has to be one of ${REQUESTED_TYPES}`;
      return typeIn(input) === SCHEDULED
        ? `may not be ${SCHEDULED}, which is the scheduler's own: ask for sync_and_suggest`
        : `has to be one of ${REQUESTED_TYPES}`;
    },
  },
);

function typeIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
}

/** A whole number out of a query: text on the wire, a number for whoever reads the document. */
function wholeNumber(min: number, max: number, unit: string) {
  const message = `has to be a whole number${unit} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,3}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message))
    .meta({
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'integer', minimum: min, maximum: max });
      },
    });
}

/** Items a page, unless the caller says otherwise. */
export const PAGE_SIZE = 20;

const Limit = wholeNumber(1, 100, '').meta({
  description: `Items a page; ${PAGE_SIZE} unless given.`,
});
const Cursor = z
  .string()
  .min(1)
  .max(1000)
  .meta({ description: '`nextCursor` of the page before, unchanged.' });

export const ListJobsQuery = z.strictObject({
  budgetId: BudgetIdIn,
  type: z.enum(JOB_TYPES).exactOptional(),
  status: z.enum(STATUSES).exactOptional(),
  limit: Limit.exactOptional(),
  cursor: Cursor.exactOptional(),
});

export const ListSuggestionsQuery = z.strictObject({
  status: z.enum(SUGGESTION_STATUSES).exactOptional(),
  limit: Limit.exactOptional(),
  cursor: Cursor.exactOptional(),
});

/** Actual's own ids are UUIDs; budgets that were imported long ago hold others. */
const CategoryIdIn = z
  .string()
  .regex(/^\S{1,64}$/, 'has to be the id of a category')
  .meta({
    description:
      'Instead of the first proposal. That the budget has it is checked when it is applied.',
  });
const PAYEE_NAME_MAX = 100;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const PayeeNameIn = z
  .string()
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'may not hold control characters or line breaks')
  .trim()
  .refine((name) => VISIBLE.test(name), {
    message: 'has to hold a character that can be seen',
    abort: true,
  })
  .min(1)
  .max(PAYEE_NAME_MAX)
  .meta({
    description:
      'A payee to be set, with a character that can be seen; created when the budget has none of this name.',
  });
const approval = {
  status: z.literal('approved'),
  categoryId: CategoryIdIn.exactOptional(),
  payeeName: PayeeNameIn.exactOptional(),
};
const rejection = { status: z.literal('rejected') };

/** One decision on the suggestion that the path names. */
export const ReviewBody = z
  .discriminatedUnion('status', [z.strictObject(approval), z.strictObject(rejection)], {
    error: notAStatus,
  })
  .meta({ id: 'Review' });

export const REVIEWS_MAX = 100;

/** Many decisions, each naming its suggestion. */
export const ReviewsBody = z.strictObject({
  decisions: z
    .array(
      z.discriminatedUnion(
        'status',
        [
          z.strictObject({ id: SuggestionIdIn, ...approval }),
          z.strictObject({ id: SuggestionIdIn, ...rejection }),
        ],
        { error: notAStatus },
      ),
    )
    .min(1)
    .max(REVIEWS_MAX)
    .refine(
      (decisions) => new Set(decisions.map(({ id }) => id)).size === decisions.length,
      'names a suggestion twice',
    ),
});

function notAStatus({ code }: { readonly code?: string }): string | undefined {
  return code === 'invalid_union' ? 'has to be approved or rejected' : undefined;
}

export const ListSnapshotsQuery = z.strictObject({
  limit: Limit.exactOptional(),
  cursor: Cursor.exactOptional(),
});

export const WAIT_SECONDS_MAX = 20;

export const GetJobQuery = z.strictObject({
  wait: wholeNumber(0, WAIT_SECONDS_MAX, ' of seconds')
    .meta({ description: 'Seconds to wait for the end of the job, at most.' })
    .exactOptional(),
});

export const NoQuery = z.strictObject({});
export const JobPath = z.strictObject({ jobId: JobIdIn });
export const BudgetPath = z.strictObject({ budgetId: BudgetIdIn });
export const SnapshotPath = z.strictObject({ budgetId: BudgetIdIn, snapshotId: JobIdIn });
export const SuggestionPath = z.strictObject({
  budgetId: BudgetIdIn,
  suggestionId: SuggestionIdIn,
});

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'has to be 1 to 255 visible ASCII characters')
  .meta({ description: 'The same key with the same body gives the same job again, for 24 hours.' });

export const IfNoneMatch = z
  .string()
  .meta({ description: 'Each `etag` that the caller has; what it has already is not sent again.' });
