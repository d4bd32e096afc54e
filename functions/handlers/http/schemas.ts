import * as z from 'zod';
import { FAILURES, isFailureCode } from '../../domain/failures.ts';
import { budgetId, isSuggestionId, isUuid, jobId, parseSuggestionId } from '../../domain/ids.ts';
import { JOB_TYPES, STEP_TYPES } from '../../domain/job.ts';
import { STATUSES } from '../../domain/status.ts';
import { SUGGESTION_STATUSES } from '../../domain/suggestion.ts';

/** What comes in and what goes out. The OpenAPI document is generated from these very schemas. */

const Uuid = z
  .string()
  .refine(isUuid, 'has to be a UUID in lower case')
  .meta({ format: 'uuid', example: '0190b1d4-7c1a-7000-8000-000000000001' });
const BudgetIdIn = Uuid.transform(budgetId).meta({
  description: "Actual's Sync ID of the budget (Settings → Advanced).",
});
const JobIdIn = Uuid.transform(jobId);
const SuggestionIdIn = z
  .string()
  .refine(isSuggestionId, 'has to be a suggestion id: <transactionId>.<revision>')
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

export const NewJobBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('budget_sync'), ...syncing }),
  z.strictObject({ type: z.literal('suggestions_generate'), ...plain }),
  z.strictObject({ type: z.literal('sync_and_suggest'), ...syncing }),
  z.strictObject({
    type: z.literal('suggestions_retry_payee'),
    ...plain,
    suggestionId: SuggestionIdIn,
  }),
  z.strictObject({
    type: z.literal('suggestions_apply'),
    ...plain,
    suggestionIds: z
      .array(SuggestionIdIn)
      .min(1)
      .max(SUGGESTION_IDS_MAX)
      .refine((ids) => new Set(ids).size === ids.length, 'names a suggestion twice')
      .exactOptional(),
    minConfidence: z.number().min(0).max(1).exactOptional(),
  }),
  z.strictObject({ type: z.literal('snapshot_create'), ...plain }),
  z.strictObject({ type: z.literal('snapshot_redownload'), ...plain }),
]);

const Limit = z
  .string()
  .regex(/^\d{1,3}$/, 'has to be a whole number from 1 to 100')
  .transform(Number)
  .pipe(z.number().min(1, 'has to be at least 1').max(100, 'has to be at most 100'))
  .meta({ description: 'Items a page, 1 to 100; 20 unless given.' });
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

export const WAIT_SECONDS_MAX = 20;

export const GetJobQuery = z.strictObject({
  wait: z
    .string()
    .regex(/^\d{1,2}$/, `has to be a whole number of seconds from 0 to ${WAIT_SECONDS_MAX}`)
    .transform(Number)
    .pipe(z.number().max(WAIT_SECONDS_MAX, `has to be at most ${WAIT_SECONDS_MAX}`))
    .meta({ description: 'Seconds to wait for the end of the job, 0 to 20.' })
    .exactOptional(),
});

export const NoQuery = z.strictObject({});
export const JobPath = z.strictObject({ jobId: JobIdIn });
export const BudgetPath = z.strictObject({ budgetId: BudgetIdIn });

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'has to be 1 to 255 visible ASCII characters')
  .meta({ description: 'The same key with the same body gives the same job again, for 24 hours.' });

const Time = z.iso.datetime({ precision: 3 });

const Counts = z.strictObject({
  accounts: z.int().exactOptional(),
  transactions: z.int().exactOptional(),
  newTransactions: z.int().exactOptional(),
  uncategorised: z.int().exactOptional(),
  suggestions: z.int().exactOptional(),
  written: z.int().exactOptional(),
  removed: z.int().exactOptional(),
});

export const JobOut = z
  .strictObject({
    id: z.uuid(),
    budgetId: z.uuid(),
    type: z.enum(JOB_TYPES),
    status: z.enum(STATUSES),
    createdAt: Time,
    startedAt: Time.nullable(),
    completedAt: Time.nullable(),
    failureReason: z.string().nullable(),
    failureCode: z.enum(Object.keys(FAILURES).filter(isFailureCode)).nullable(),
    parentJobId: z.uuid().nullable(),
    metadata: z.strictObject({
      trigger: z.enum(['api', 'schedule']),
      requestedBy: z.string().exactOptional(),
      retryCount: z.int(),
      fullResync: z.boolean().exactOptional(),
      bankSync: z.boolean().exactOptional(),
      suggestionId: z.string().exactOptional(),
      suggestionCount: z.int().exactOptional(),
      minConfidence: z.number().exactOptional(),
      counts: Counts.exactOptional(),
      warnings: z
        .array(
          z.strictObject({
            code: z.string(),
            message: z.string(),
            count: z.int().exactOptional(),
          }),
        )
        .exactOptional(),
    }),
    version: z.int().meta({ description: 'Counts the changes of the job and of its steps.' }),
    executionUrl: z.string().nullable().meta({
      description: "The job's execution in the AWS console; null while it waits in line.",
    }),
  })
  .meta({ id: 'Job' });

export const StepOut = z
  .strictObject({
    id: z.uuid(),
    jobId: z.uuid(),
    stepType: z.enum(STEP_TYPES),
    status: z.enum(STATUSES),
    position: z.int(),
    startedAt: Time.nullable(),
    completedAt: Time.nullable(),
    failureReason: z.string().nullable(),
  })
  .meta({ id: 'JobStep' });

export const EventOut = z
  .strictObject({
    id: z.uuid(),
    jobId: z.uuid(),
    stepId: z.uuid().nullable().meta({ description: 'Null for the job itself.' }),
    status: z.enum(STATUSES),
    message: z.string().exactOptional(),
    createdAt: Time,
    version: z.int(),
  })
  .meta({ id: 'JobEvent' });

export const SuggestionOut = z
  .strictObject({
    id: z.string(),
    budgetId: z.uuid(),
    transactionId: z.string(),
    revision: z.int(),
    status: z.enum(SUGGESTION_STATUSES),
    transaction: z.strictObject({
      date: z.iso.date(),
      accountName: z.string(),
      payee: z.string(),
      amount: z.int().meta({ description: "In the budget's smallest unit; negative is spent." }),
    }),
    proposals: z
      .array(
        z.strictObject({
          categoryId: z.string(),
          categoryName: z.string(),
          confidence: z.number().min(0).max(1),
        }),
      )
      .min(1)
      .max(3),
    reason: z.string(),
    payeeName: z.string().nullable(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Suggestion' });

export const JobAndSteps = z
  .strictObject({ job: JobOut, steps: z.array(StepOut) })
  .meta({ id: 'JobAndSteps' });
export const JobList = z
  .strictObject({ jobs: z.array(JobOut), nextCursor: z.string().nullable() })
  .meta({ id: 'JobList' });
export const EventList = z.strictObject({ events: z.array(EventOut) }).meta({ id: 'EventList' });
export const SuggestionList = z
  .strictObject({ suggestions: z.array(SuggestionOut), nextCursor: z.string().nullable() })
  .meta({ id: 'SuggestionList' });

export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem' });
