import { describe, expect, it } from 'vitest';
import {
  budgetId,
  executionId,
  jobId,
  transactionId,
  workerId,
} from '../../functions/domain/ids.ts';
import { decodeCursor, encodeCursor } from '../../functions/store/cursor.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import {
  endItem,
  eventItem,
  expiryAfter,
  inputItem,
  jobItem,
  jobOf,
  rerunItem,
  stepItem,
} from '../../functions/store/job-rows.ts';
import {
  currentSnapshotKey,
  endKey,
  eventKey,
  inputKey,
  jobKey,
  keptSnapshotKey,
  lastScheduledKey,
  loginKey,
  OPEN_WORK_PARTITIONS,
  openWorkAttributes,
  queueKey,
  requestKey,
  rerunKey,
  runningKey,
  stepKey,
  suggestionKey,
} from '../../functions/store/keys.ts';
import { queueItem, runningItem, runningOf } from '../../functions/store/line-rows.ts';
import { suggestionItem } from '../../functions/store/suggestion-rows.ts';
import { at, created, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';

const JOB = jobId(uuid(1));
const BUDGET = budgetId(uuid(2));
const EXPIRY = expiryAfter(30);
/** 2026-01-31T12:00:00Z, 30 days after the tests' noon. */
const EXPIRES = 1_769_860_800;

describe('keys', () => {
  it('are those of the design', () => {
    expect([
      jobKey(JOB),
      stepKey(JOB, 2),
      inputKey(JOB),
      rerunKey(JOB),
      eventKey(JOB, 12),
      endKey(JOB, at(0)),
      queueKey(BUDGET, JOB),
      runningKey(BUDGET),
      keptSnapshotKey(BUDGET, JOB),
      currentSnapshotKey(BUDGET),
      lastScheduledKey(BUDGET, {}),
      lastScheduledKey(BUDGET, { fullResync: true, bankSync: true, applyAtConfidence: 0.95 }),
      requestKey('abc'),
      suggestionKey(BUDGET, transactionId('t1')),
      loginKey('s1'),
    ]).toEqual([
      { PK: `JOB#${JOB}`, SK: 'JOB' },
      { PK: `JOB#${JOB}`, SK: 'STEP#2' },
      { PK: `JOB#${JOB}`, SK: 'INPUT' },
      { PK: `JOB#${JOB}`, SK: 'RETRY' },
      { PK: `JOB#${JOB}`, SK: 'EVENT#00000012' },
      { PK: 'ENDED#2026-01-01#1', SK: `END#2026-01-01T12:00:00.000Z#${JOB}` },
      { PK: `BUDGET#${BUDGET}`, SK: `QUEUE#${JOB}` },
      { PK: `BUDGET#${BUDGET}`, SK: 'RUNNING' },
      { PK: `BUDGET#${BUDGET}`, SK: `SNAPSHOT#${JOB}` },
      { PK: `BUDGET#${BUDGET}`, SK: 'CURRENT_SNAPSHOT' },
      { PK: `BUDGET#${BUDGET}`, SK: 'SCHEDULED' },
      { PK: `BUDGET#${BUDGET}`, SK: 'SCHEDULED#FULL#BANK#APPLY 0.95' },
      { PK: 'REQUEST#abc', SK: 'REQUEST' },
      { PK: `SUGGESTIONS#${BUDGET}`, SK: 't1' },
      { PK: 'SERVER#s1', SK: 'LOGIN' },
    ]);
  });

  it('sort events as numbers', () => {
    const keys = [2, 10, 100].map((version) => eventKey(JOB, version).SK);
    expect([...keys].sort()).toEqual(keys);
  });

  it('spread open work over the few partitions that the sweep reads', () => {
    const used = Array.from(
      { length: 64 },
      (_, n) => openWorkAttributes(budgetId(uuid(n))).openWorkKey,
    );
    expect([...new Set(used)].sort()).toEqual([...OPEN_WORK_PARTITIONS]);
  });
});

describe('items', () => {
  const { record, events } = created({ type: 'sync_and_suggest' });
  const [step] = record.steps;
  const [event] = events;
  const lock = {
    budgetId: BUDGET,
    jobId: JOB,
    executionId: executionId('execution'),
    workerId: null,
    workerUntil: null,
    sending: false,
  };

  it('of a job and of all that belongs to it expire together', () => {
    if (step === undefined || event === undefined) throw new Error('no step');
    const { job } = record;
    const items = [
      jobItem(job, EXPIRY),
      stepItem(step, job, EXPIRY),
      eventItem(event, job, EXPIRY),
      inputItem({ suggestionIds: [] }, job, EXPIRY),
      endItem({ ...job, completedAt: at(86_400) }, EXPIRY),
      rerunItem(JOB, job, EXPIRY),
    ];
    expect(items.map(({ expiresAt }) => expiresAt)).toEqual(items.map(() => EXPIRES));
  });

  it('of a line never expire', () => {
    for (const item of [queueItem(record.job), runningItem(lock)]) {
      expect(item).not.toHaveProperty('expiresAt');
    }
  });

  it('of a job carry the keys of its three listings', () => {
    const { id, budgetId: budget } = record.job;
    expect(jobItem(record.job, EXPIRY)).toMatchObject({
      schema: 1,
      jobId: id,
      budgetKey: budget,
      typeKey: `${budget}#sync_and_suggest`,
      statusKey: `${budget}#queued`,
    });
  });

  it('are read back as they were', () => {
    expect(jobOf(jobItem(record.job, EXPIRY))).toEqual(record.job);
  });

  it('of a lock are read back as they were, before and after its first worker began', () => {
    expect(runningOf(runningItem(lock))).toEqual(lock);
    const begun = { ...lock, workerId: workerId('worker'), workerUntil: at(900) };
    expect(runningOf(runningItem(begun))).toEqual(begun);
  });

  it('of a lock that the version before wrote are read: until when its worker lives is not known', () => {
    const item = {
      ...runningKey(BUDGET),
      schema: 1,
      budgetId: BUDGET,
      jobId: JOB,
      executionId: 'execution',
      workerId: 'worker',
      sending: true,
    };
    expect(runningOf(item)).toMatchObject({ workerId: 'worker', workerUntil: null, sending: true });
  });

  it('of a job that goes on tell of no end', () => {
    expect(() => endItem(record.job, EXPIRY)).toThrow('has no end');
  });
});

describe('cursors', () => {
  it('lead back to their place in their listing', () => {
    expect(decodeCursor('jobs a', encodeCursor('jobs a', 'place-1'))).toBe('place-1');
  });

  it.each(['', 'AAAA', '!!!!', `${encodeCursor('jobs a', 'p')}=`, encodeCursor('jobs b', 'p')])(
    'are refused when altered or borrowed: %j',
    (cursor) => {
      expect(() => decodeCursor('jobs a', cursor)).toThrow(InvalidCursorError);
    },
  );

  it('are refused where somebody made one that leads to no place: the table takes no empty key', () => {
    expect(() => decodeCursor('jobs a', encodeCursor('jobs a', ''))).toThrow(InvalidCursorError);
  });
});

describe('a suggestion', () => {
  const retention = { pendingDays: 7, retentionDays: 60 };

  it.each([
    ['pending', 7],
    ['approved', 60],
    ['rejected', 60],
    ['applied', 60],
  ] as const)('that is %s is kept for as long as the stack says', (status, days) => {
    const one = suggestion(1, { status });
    const { expiresAt } = suggestionItem(one, retention);
    expect(expiresAt).toBe(Date.parse(one.updatedAt) / 1000 + days * 86_400);
  });
});
