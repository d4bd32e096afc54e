import * as z from 'zod';
import { JOB_TYPES } from '../../domain/job.ts';
import { STATUSES } from '../../domain/status.ts';
import { SUGGESTION_STATUSES } from '../../domain/suggestion.ts';
import { BudgetIdIn, JobIdIn, SuggestionIdIn } from './id-schemas.ts';

/** What comes in beside bodies. The OpenAPI document is generated from the very schemas that validate. */

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
