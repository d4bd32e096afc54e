import * as z from 'zod';
import { isFailureCode } from '../domain/failures.ts';
import {
  budgetId,
  epochSecondsAfter,
  eventId,
  isSuggestionId,
  isUuid,
  type JobId,
  jobId,
  parseSuggestionId,
  stepId,
  timestamp,
} from '../domain/ids.ts';
import {
  JOB_TYPES,
  type Job,
  type JobEvent,
  type JobInput,
  type JobStep,
  STEP_TYPES,
} from '../domain/job.ts';
import { STATUSES } from '../domain/status.ts';
import { endKey, eventKey, inputKey, jobKey, rerunKey, stepKey } from './keys.ts';
import { GROWING, type Item, parseItem, SCHEMA } from './rows.ts';

/** Jobs, steps and events: how they lie in the table. */

const uuid = z.string().refine(isUuid);
export const time = z.string().transform((text, context) => {
  try {
    return timestamp(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not a time' });
    return z.NEVER;
  }
});
const suggestion = z.string().refine(isSuggestionId).transform(parseSuggestionId);

export const idOfJob = uuid.transform(jobId);
export const idOfBudget = uuid.transform(budgetId);
const idOfStep = uuid.transform(stepId);
const optionalNumber = z.number().exactOptional();
const optionalFlag = z.boolean().exactOptional();
export const timeOrNone = time.nullable();
const status = z.enum(STATUSES);

const Counts = z.object({
  accounts: optionalNumber,
  transactions: optionalNumber,
  newTransactions: optionalNumber,
  uncategorised: optionalNumber,
  suggestions: optionalNumber,
  written: optionalNumber,
  removed: optionalNumber,
  applied: optionalNumber,
  notApplied: optionalNumber,
  modelCalls: optionalNumber,
  modelTokens: optionalNumber,
});

const Metadata = z.object({
  trigger: z.enum(['api', 'schedule'], GROWING),
  requestedBy: z.string().exactOptional(),
  retryCount: z.number(),
  fullResync: optionalFlag,
  bankSync: optionalFlag,
  suggestionId: suggestion.exactOptional(),
  suggestionCount: optionalNumber,
  minConfidence: optionalNumber,
  applyAtConfidence: optionalNumber,
  counts: Counts.exactOptional(),
  warnings: z
    .array(z.object({ code: z.string(), message: z.string(), count: optionalNumber }))
    .exactOptional(),
});

/** Lists of codes grow without a new schema: one that only a newer version has is none that is known here, and no damage. */
export const CODE = /^[A-Z][A-Z_]*$/;

/** The sentence beside it says what went wrong all the same. */
const failureCode = z
  .string()
  .regex(CODE)
  .transform((code) => (isFailureCode(code) ? code : 'UNKNOWN'));

const JobShape = z.object({
  jobId: idOfJob,
  budgetId: idOfBudget,
  type: z.enum(JOB_TYPES, GROWING),
  status,
  createdAt: time,
  startedAt: timeOrNone,
  completedAt: timeOrNone,
  failureReason: z.string().nullable(),
  failureCode: failureCode.nullable(),
  parentJobId: idOfJob.nullable(),
  metadata: Metadata,
  version: z.number(),
});

const StepShape = z.object({
  id: idOfStep,
  jobId: idOfJob,
  stepType: z.enum(STEP_TYPES, GROWING),
  status,
  position: z.number(),
  startedAt: timeOrNone,
  completedAt: timeOrNone,
  failureReason: z.string().nullable(),
});

const EventShape = z.object({
  id: uuid.transform(eventId),
  jobId: idOfJob,
  stepId: idOfStep.nullable(),
  status,
  message: z.string().exactOptional(),
  createdAt: time,
  version: z.number(),
});

/** Until when the items of one job are kept, in seconds since 1970: the same for all of them, counted from its creation. */
export type Expiry = (job: Job) => number;

export function expiryAfter(retentionDays: number): Expiry {
  return (job) => epochSecondsAfter(job.createdAt, retentionDays);
}

/** A job's item: its fields, and the attributes that place it in the three listings. */
export function jobItem(job: Job, expiry: Expiry): Item {
  const { id, ...fields } = job;
  return {
    ...jobKey(id),
    schema: SCHEMA,
    ...fields,
    jobId: id,
    budgetKey: job.budgetId,
    typeKey: `${job.budgetId}#${job.type}`,
    statusKey: `${job.budgetId}#${job.status}`,
    expiresAt: expiry(job),
  };
}

export function stepItem(step: JobStep, job: Job, expiry: Expiry): Item {
  return {
    ...stepKey(step.jobId, step.position),
    schema: SCHEMA,
    ...step,
    expiresAt: expiry(job),
  };
}

export function eventItem(event: JobEvent, job: Job, expiry: Expiry): Item {
  return {
    ...eventKey(event.jobId, event.version),
    schema: SCHEMA,
    ...event,
    expiresAt: expiry(job),
  };
}

export function inputItem(input: JobInput, job: Job, expiry: Expiry): Item {
  return {
    ...inputKey(job.id),
    schema: SCHEMA,
    suggestionIds: input.suggestionIds,
    expiresAt: expiry(job),
  };
}

/**
 * Which job repeats this one; kept as long as the one that does. How long this one is kept may have been told when it was
 * another time: by what is told now it could be over.
 */
export function rerunItem(repeated: JobId, rerun: Job, expiry: Expiry): Item {
  return {
    ...rerunKey(repeated),
    schema: SCHEMA,
    rerunId: rerun.id,
    expiresAt: expiry(rerun),
  };
}

/** That a job ended, and when; kept as long as the job is. @throws TypeError when it has not ended. */
export function endItem(job: Job, expiry: Expiry): Item {
  const { id, completedAt } = job;
  if (completedAt === null) throw new TypeError('A job that goes on has no end.');
  return { ...endKey(id, completedAt), schema: SCHEMA, expiresAt: expiry(job) };
}

/** Out of the sort key of an end, or of a place in line, its job. */
export const JobInSortKey = z
  .string()
  .transform((key) => key.slice(key.lastIndexOf('#') + 1))
  .pipe(idOfJob);

export const JobInKey = z.object({ SK: JobInSortKey });

/** The job whose end, or whose place in line, an item is. */
export function jobInKeyOf(item: Item): JobId {
  return parseItem(JobInKey, item).SK;
}

export function rerunOf(item: Item): JobId {
  return parseItem(z.object({ rerunId: idOfJob }), item).rerunId;
}

export function jobOf(item: Item): Job {
  const { jobId: id, ...fields } = parseItem(JobShape, item);
  return { id, ...fields };
}

export function stepOf(item: Item): JobStep {
  return parseItem(StepShape, item);
}

export function eventOf(item: Item): JobEvent {
  return parseItem(EventShape, item);
}

export function inputOf(item: Item): JobInput {
  return parseItem(z.object({ suggestionIds: z.array(suggestion) }), item);
}
