import * as z from 'zod';
import { FAILURES, isFailureCode } from '../../domain/failures.ts';
import { JOB_TYPES, STEP_TYPES } from '../../domain/job.ts';
import { isRefusalCode, REFUSALS } from '../../domain/refusals.ts';
import { STATUSES } from '../../domain/status.ts';
import { PROPOSERS, SUGGESTION_STATUSES } from '../../domain/suggestion.ts';
import { EXAMPLE_ID } from './id-schemas.ts';
import { Count, Metadata } from './metadata-schema.ts';

/** What goes out. The OpenAPI document is generated from these very schemas; tests check every answer against it. */

/** Whatever came in, in the one spelling that is kept. */
const Id = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .meta({ format: 'uuid', example: EXAMPLE_ID });
const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time', example: '2026-01-31T23:59:59.000Z' });

export const JobOut = z
  .strictObject({
    id: Id,
    budgetId: Id,
    type: z.enum(JOB_TYPES),
    status: z.enum(STATUSES),
    createdAt: Time,
    startedAt: Time.nullable(),
    completedAt: Time.nullable(),
    failureReason: z.string().nullable(),
    failureCode: z.enum(Object.keys(FAILURES).filter(isFailureCode)).nullable(),
    failureRetryable: z.boolean().nullable().meta({
      description: 'Whether the same job may go through another time although nothing was done.',
    }),
    failureNextAction: z.string().nullable().meta({ description: 'What to do about the failure.' }),
    parentJobId: Id.nullable().meta({
      description:
        'The job that this one repeats, or the scheduled one whose proposals it applies.',
    }),
    metadata: Metadata,
    version: Count.meta({ description: 'Counts the changes of the job and of its steps.' }),
    executionUrl: z.string().nullable().meta({
      description: "The job's execution in the AWS console; null while it waits in line.",
    }),
  })
  .meta({ id: 'Job' });

export const StepOut = z
  .strictObject({
    id: Id,
    jobId: Id,
    stepType: z.enum(STEP_TYPES),
    status: z.enum(STATUSES),
    position: Count,
    startedAt: Time.nullable(),
    completedAt: Time.nullable(),
    failureReason: z.string().nullable(),
  })
  .meta({ id: 'JobStep' });

export const EventOut = z
  .strictObject({
    id: Id,
    jobId: Id,
    stepId: Id.nullable().meta({ description: 'Null for the job itself.' }),
    status: z.enum(STATUSES),
    message: z.string().exactOptional(),
    createdAt: Time,
    version: Count,
  })
  .meta({ id: 'JobEvent' });

export const SuggestionOut = z
  .strictObject({
    id: z.string(),
    budgetId: Id,
    transactionId: z.string(),
    revision: Count,
    status: z.enum(SUGGESTION_STATUSES),
    transaction: z.strictObject({
      date: z.iso.date(),
      accountName: z.string(),
      payee: z.string(),
      amount: z.int().meta({ description: "In the budget's smallest unit; negative is spent." }),
      payeeId: z.string().nullable(),
      reconciled: z.boolean(),
    }),
    proposals: z
      .array(
        z.strictObject({
          categoryId: z.string(),
          categoryName: z.string().meta({
            description: 'With its group behind it where several groups have one of this name.',
          }),
          confidence: z.number().min(0).max(1),
        }),
      )
      .min(1)
      .max(3),
    reason: z.string(),
    payeeName: z.string().nullable().meta({
      description: "A payee to be set, where the bank's text is not one that the budget knows.",
    }),
    proposedBy: z.enum(PROPOSERS).meta({
      description:
        'What was chosen before, or a language model; what a model proposes is applied only once approved.',
    }),
    decision: z
      .strictObject({
        categoryId: z.string(),
        categoryName: z.string().nullable(),
        payeeName: z.string().nullable(),
        decidedAt: Time,
        decidedBy: z.string(),
      })
      .nullable()
      .meta({ description: 'What is to be written, once approved.' }),
    rejectedCategoryIds: z.array(z.string()).meta({
      description: 'Rejected for this transaction, and never proposed for it again.',
    }),
    lastOutcome: z
      .strictObject({ code: z.enum(Object.keys(REFUSALS).filter(isRefusalCode)), at: Time })
      .nullable()
      .meta({ description: 'Why the last apply left it as it was.' }),
    appliedBy: z
      .string()
      .nullable()
      .meta({ description: 'The job that wrote it into the budget.' }),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Suggestion' });

const NextCursor = z.string().nullable().meta({
  description:
    'Null on the last page. One before may be short, even empty: go on until it is null.',
});

export const JobAndSteps = z
  .strictObject({ job: JobOut, steps: z.array(StepOut) })
  .meta({ id: 'JobAndSteps' });
export const JobList = z
  .strictObject({ jobs: z.array(JobOut), nextCursor: NextCursor })
  .meta({ id: 'JobList' });
export const EventList = z.strictObject({ events: z.array(EventOut) }).meta({ id: 'EventList' });
export const SuggestionList = z
  .strictObject({ suggestions: z.array(SuggestionOut), nextCursor: NextCursor })
  .meta({ id: 'SuggestionList' });
const SnapshotOut = z
  .strictObject({
    id: Id.meta({ description: 'The id of the job that made it.' }),
    budgetId: Id,
    takenAt: Time,
    bytes: Count,
    counts: z.strictObject({ accounts: Count, transactions: Count }),
    expiresAt: Time.meta({ description: 'When it is removed.' }),
  })
  .meta({ id: 'Snapshot', description: 'A kept copy of a budget.' });
export const SnapshotList = z
  .strictObject({ snapshots: z.array(SnapshotOut), nextCursor: NextCursor })
  .meta({ id: 'SnapshotList' });
export const OneSnapshot = z.strictObject({ snapshot: SnapshotOut }).meta({ id: 'OneSnapshot' });

export const OneSuggestion = z
  .strictObject({ suggestion: SuggestionOut })
  .meta({ id: 'OneSuggestion' });
export const ReviewOutcomes = z
  .strictObject({
    outcomes: z
      .array(
        z.discriminatedUnion('outcome', [
          z.strictObject({
            id: z.string(),
            outcome: z.literal('reviewed'),
            suggestion: SuggestionOut,
          }),
          z.strictObject({
            id: z.string(),
            outcome: z.enum(['unknown', 'stale', 'applied', 'conflict', 'unavailable']),
            detail: z.string(),
          }),
        ]),
      )
      .meta({ description: 'In the order of the decisions.' }),
  })
  .meta({ id: 'ReviewOutcomes' });

export const Problem = z
  .strictObject({
    type: z.string().meta({ description: 'Tells kinds of problems apart; stable.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    requestId: z.string().meta({ description: 'Leads to the request in the logs.' }),
    errors: z
      .array(
        z.strictObject({
          field: z.string().meta({
            description: 'Name of the parameter or header, or a JSON pointer into the body.',
          }),
          message: z.string(),
        }),
      )
      .exactOptional(),
  })
  .meta({ id: 'Problem' });

export const GatewayRefusal = z
  .object({ message: z.string() })
  .meta({ id: 'GatewayRefusal', description: "API Gateway's own." });
