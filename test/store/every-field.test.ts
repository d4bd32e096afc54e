import { describe, expect, it } from 'vitest';
import { eventId, jobId, parseSuggestionId, stepId } from '../../functions/domain/ids.ts';
import type {
  Job,
  JobCounts,
  JobEvent,
  JobMetadata,
  JobStep,
  JobWarning,
  ScheduledOptions,
} from '../../functions/domain/job.ts';
import {
  eventItem,
  eventOf,
  expiryAfter,
  inputItem,
  inputOf,
  jobItem,
  jobOf,
  stepItem,
  stepOf,
} from '../../functions/store/job-rows.ts';
import { lastScheduledKey } from '../../functions/store/keys.ts';
import { at, BUDGET, JOB, uuid } from '../domain/builders.ts';

/** The entities with a value in every field: one that is not read back is lost without a word. */

const COUNTS: Required<JobCounts> = {
  accounts: 1,
  transactions: 2,
  newTransactions: 3,
  uncategorised: 4,
  suggestions: 5,
  written: 6,
  removed: 7,
  applied: 8,
  notApplied: 9,
  modelCalls: 10,
  modelTokens: 11,
};

const WARNING: Required<JobWarning> = { code: 'SOMETHING_LEFT', message: 'Look at it.', count: 2 };

const SUGGESTION = parseSuggestionId('transaction.1');

const METADATA: Required<JobMetadata> = {
  trigger: 'schedule',
  requestedBy: 'schedule/nightly',
  retryCount: 3,
  fullResync: true,
  bankSync: false,
  suggestionId: SUGGESTION,
  suggestionCount: 12,
  minConfidence: 0.9,
  applyAtConfidence: 0.95,
  counts: COUNTS,
  warnings: [WARNING],
};

const EXPIRY = expiryAfter(30);

const job: Job = {
  id: JOB,
  budgetId: BUDGET,
  type: 'scheduled_sync_and_suggest',
  status: 'failed',
  createdAt: at(1),
  startedAt: at(2),
  completedAt: at(3),
  failureReason: 'There was no room. Make some.',
  failureCode: 'DISK_FULL',
  parentJobId: jobId(uuid(3)),
  metadata: METADATA,
  version: 9,
};

const step: JobStep = {
  id: stepId(uuid(4)),
  jobId: JOB,
  stepType: 'suggestions',
  status: 'failed',
  position: 2,
  startedAt: at(2),
  completedAt: at(3),
  failureReason: 'There was no room. Make some.',
};

const event: Required<JobEvent> = {
  id: eventId(uuid(5)),
  jobId: JOB,
  stepId: stepId(uuid(4)),
  status: 'failed',
  message: 'There was no room. Make some.',
  createdAt: at(3),
  version: 8,
};

describe('every field', () => {
  it('of a job is read back as it was', () => {
    expect(jobOf(jobItem(job, EXPIRY))).toEqual(job);
  });

  it('of a step is read back as it was', () => {
    expect(stepOf(stepItem(step, job, EXPIRY))).toEqual(step);
  });

  it('of an event is read back as it was', () => {
    expect(eventOf(eventItem(event, job, EXPIRY))).toEqual(event);
  });

  it('of what a job works on is read back as it was', () => {
    const input = { suggestionIds: [SUGGESTION] };
    expect(inputOf(inputItem(input, job, EXPIRY))).toEqual(input);
  });
});

// A scheduled job that waits answers for those of the same key: one that asks for more would never be made.
it('every option of a schedule gives its jobs another key', () => {
  const asked: Required<ScheduledOptions> = {
    fullResync: true,
    bankSync: true,
    applyAtConfidence: 0.95,
  };
  const keys = Object.entries(asked).map(([option, value]) =>
    lastScheduledKey(BUDGET, { [option]: value }),
  );
  const different = new Set([lastScheduledKey(BUDGET, {}), ...keys].map(({ SK }) => SK));
  expect(different.size).toBe(Object.keys(asked).length + 1);
});
