import { describe, expect, it } from 'vitest';
import { suggestionId, transactionId } from '../../functions/domain/ids.ts';
import { JOB_TYPES, type Work } from '../../functions/domain/job.ts';
import { at, BUDGET, created, JOB } from './builders.ts';

const SUGGESTION = suggestionId(transactionId('t1'), 1);

const EVERY_WORK: readonly Work[] = [
  { type: 'budget_sync', fullResync: true },
  { type: 'suggestions_generate' },
  { type: 'sync_and_suggest', bankSync: true },
  { type: 'suggestions_retry_payee', suggestionId: SUGGESTION },
  { type: 'suggestions_apply', suggestionIds: [SUGGESTION], minConfidence: 0.9 },
  { type: 'snapshot_create' },
  { type: 'snapshot_redownload' },
  { type: 'scheduled_sync_and_suggest' },
];

describe('creating a job', () => {
  it('covers every type of the data model', () => {
    expect(EVERY_WORK.map((work) => work.type)).toEqual([...JOB_TYPES]);
  });

  it.each(EVERY_WORK)('writes a queued job of type $type', (work) => {
    const { job } = created(work).record;
    expect(job).toMatchObject({
      id: JOB,
      budgetId: BUDGET,
      type: work.type,
      status: 'queued',
      createdAt: at(0),
      startedAt: null,
      completedAt: null,
      failureReason: null,
      failureCode: null,
      parentJobId: null,
    });
  });

  it.each(['sync_and_suggest', 'scheduled_sync_and_suggest'] as const)(
    'gives %s the steps sync and suggestions, in that order',
    (type) => {
      const steps = created({ type }).record.steps;
      expect(
        steps.map(({ stepType, position, status }) => ({ stepType, position, status })),
      ).toEqual([
        { stepType: 'sync', position: 1, status: 'queued' },
        { stepType: 'suggestions', position: 2, status: 'queued' },
      ]);
    },
  );

  it.each(EVERY_WORK.filter((work) => !work.type.endsWith('sync_and_suggest')))(
    'gives $type no steps',
    (work) => {
      expect(created(work).record.steps).toEqual([]);
    },
  );

  it('counts the creation of the job and of each step as a change to queued', () => {
    const change = created({ type: 'sync_and_suggest' });
    const [sync, suggestions] = change.record.steps;
    expect(change.before).toBe(0);
    expect(change.record.job.version).toBe(3);
    expect(
      change.events.map(({ stepId, status, version }) => ({ stepId, status, version })),
    ).toEqual([
      { stepId: null, status: 'queued', version: 1 },
      { stepId: sync?.id, status: 'queued', version: 2 },
      { stepId: suggestions?.id, status: 'queued', version: 3 },
    ]);
  });

  it.each([
    [EVERY_WORK[0], { fullResync: true }],
    [EVERY_WORK[2], { bankSync: true }],
    [EVERY_WORK[3], { suggestionId: SUGGESTION }],
    [EVERY_WORK[4], { suggestionCount: 1, minConfidence: 0.9 }],
    [EVERY_WORK[5], {}],
  ])('keeps the options of %o in its metadata, long lists only counted', (work, options) => {
    if (work === undefined) throw new Error('no work');
    expect(created(work).record.job.metadata).toStrictEqual({
      trigger: 'api',
      retryCount: 0,
      ...options,
    });
  });
});
