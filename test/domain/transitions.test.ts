import { describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import type { JobRecord } from '../../functions/domain/job.ts';
import { type TransitionContext, TransitionError } from '../../functions/domain/job-change.ts';
import {
  completeStep,
  endJob,
  reportResult,
  startJob,
  startStep,
  takeOver,
} from '../../functions/domain/transitions.ts';
import { at, context, newRecord } from './builders.ts';

type Transition = (record: JobRecord, position: number, now: TransitionContext) => unknown;
const completeStepNow: Transition = (record, position, now) =>
  completeStep(record, position, {}, now);
const reportNow: Transition = (record, _position, now) => reportResult(record, {}, now);

describe('running a job', () => {
  it('starts it', () => {
    const change = startJob(newRecord(), context(5));
    expect(change.record.job).toMatchObject({ status: 'running', startedAt: at(5), version: 4 });
    expect(change.events).toMatchObject([{ stepId: null, status: 'running', version: 4 }]);
    expect(change.changedSteps).toEqual([]);
  });

  it('never writes a start earlier than the creation, whatever the clock says', () => {
    expect(startJob(newRecord(), context(-60)).record.job.startedAt).toBe(at(0));
  });

  it('never writes an end earlier than the last time in the record', () => {
    const running = startStep(startJob(newRecord(), context(50)).record, 1, context(60)).record;
    const ended = endJob(running, { status: 'canceled' }, context(-10));
    expect(ended.record.job.completedAt).toBe(at(60));
    expect(ended.events.map((event) => event.createdAt)).toEqual([at(60), at(60), at(60)]);
  });

  it('runs steps in ascending position only', () => {
    const running = startJob(newRecord(), context(1)).record;
    expect(() => startStep(running, 2, context(2))).toThrow(
      new TransitionError('Step 2 cannot start: step 1 is queued'),
    );
  });

  it('tells of a step that is through, and of nothing else', () => {
    const running = startStep(startJob(newRecord(), context(1)).record, 1, context(2)).record;
    const done = completeStep(running, 1, {}, context(3));
    const [sync] = done.record.steps;
    expect(done.events).toMatchObject([{ stepId: sync?.id, status: 'succeeded' }]);
    expect(done.changedSteps).toEqual([sync]);
  });

  it('changes nothing when a worker takes over from one before it', () => {
    const { record } = startJob(newRecord(), context(1));
    expect(takeOver(record)).toEqual({
      before: record.job.version,
      record,
      changedSteps: [],
      events: [],
    });
  });

  it.each<[string, Transition]>([
    ['no step is started', startStep],
    ['no step is completed', completeStepNow],
    ['no worker takes over', takeOver],
    ['no result is reported', reportNow],
  ])('%s of a job that is not running', (_what, transition) => {
    const record = newRecord();
    expect(() => transition(record, 1, context(2))).toThrow(
      new TransitionError('The job is queued, not running'),
    );
  });

  it('completes no step twice', () => {
    let record = startJob(newRecord(), context(1)).record;
    record = startStep(record, 1, context(2)).record;
    record = completeStep(record, 1, {}, context(3)).record;
    expect(() => completeStep(record, 1, {}, context(4))).toThrow(
      new TransitionError('Step 1 is succeeded and cannot become succeeded'),
    );
  });

  it('has nothing in its metadata of a result that is empty', () => {
    const running = startJob(newRecord({ type: 'budget_sync' }), context(1)).record;
    const change = reportResult(running, {}, context(2));
    expect(change.record.job.metadata).toStrictEqual({ trigger: 'api', retryCount: 0 });
    expect(change.changedSteps).toEqual([]);
  });

  it('has no step beyond its last', () => {
    const running = startJob(newRecord({ type: 'budget_sync' }), context(1)).record;
    expect(() => startStep(running, 1, context(2))).toThrow('no step 1');
  });

  it('adds what a step counted to what the steps before it counted', () => {
    let record = startJob(newRecord(), context(1)).record;
    record = startStep(record, 1, context(2)).record;
    record = completeStep(record, 1, { counts: { accounts: 8 } }, context(3)).record;
    record = startStep(record, 2, context(4)).record;
    record = completeStep(
      record,
      2,
      { counts: { suggestions: 4 }, warnings: [{ code: 'MODEL_UNAVAILABLE', message: 'down' }] },
      context(5),
    ).record;
    expect(record.job.metadata).toEqual({
      trigger: 'api',
      retryCount: 0,
      counts: { accounts: 8, suggestions: 4 },
      warnings: [{ code: 'MODEL_UNAVAILABLE', message: 'down' }],
    });
  });

  it('counts what two steps removed together', () => {
    let record = startJob(newRecord(), context(1)).record;
    record = startStep(record, 1, context(2)).record;
    record = completeStep(record, 1, { counts: { removed: 8 } }, context(3)).record;
    record = startStep(record, 2, context(4)).record;
    const { job } = completeStep(record, 2, { counts: { removed: 2 } }, context(5)).record;
    expect(job.metadata.counts).toEqual({ removed: 10 });
  });

  it('keeps the result of a job without steps, without an event: no status changed', () => {
    const running = startJob(newRecord({ type: 'budget_sync' }), context(1)).record;
    const change = reportResult(running, { counts: { accounts: 8 } }, context(2));
    expect(change.record.job.metadata.counts).toEqual({ accounts: 8 });
    expect(change.events).toEqual([]);
    expect(change.record.job.version).toBe(running.job.version);
  });

  it('tells each warning of a job without steps once, also when it is run again', () => {
    const running = startJob(newRecord({ type: 'suggestions_apply' }), context(1)).record;
    const warnings = [{ code: 'LEFT_OUT', message: 'left out', count: 1 }];
    const once = reportResult(running, { warnings }, context(2)).record;
    expect(reportResult(once, { warnings }, context(3)).record.job.metadata.warnings).toEqual(
      warnings,
    );
  });
});

describe('ending a job', () => {
  const halfDone = () => {
    let record = startJob(newRecord(), context(1)).record;
    record = startStep(record, 1, context(2)).record;
    return record;
  };

  it('fails the running step, cancels the later ones and carries the reason, when a step fails', () => {
    const known = failure('AUTH_FAILED');
    const change = endJob(halfDone(), { status: 'failed', failure: known }, context(9));
    expect(change.record.job).toMatchObject({
      status: 'failed',
      failureCode: 'AUTH_FAILED',
      failureReason: known.reason,
      completedAt: at(9),
    });
    expect(change.record.steps).toMatchObject([
      { status: 'failed', failureReason: known.reason, completedAt: at(9) },
      { status: 'canceled', failureReason: null, completedAt: at(9), startedAt: null },
    ]);
    expect(change.events.map(({ status, message }) => [status, message])).toEqual([
      ['failed', known.reason],
      ['canceled', undefined],
      ['failed', known.reason],
    ]);
  });

  it('cancels every unfinished step with the job', () => {
    const change = endJob(halfDone(), { status: 'canceled', message: 'Stopped.' }, context(9));
    expect(change.record.steps.map((step) => step.status)).toEqual(['canceled', 'canceled']);
    expect(change.record.job).toMatchObject({ status: 'canceled', failureReason: null });
    expect(change.events.at(-1)).toMatchObject({ status: 'canceled', message: 'Stopped.' });
  });

  it('cancels a job that was never started, with startedAt still null', () => {
    const { job } = endJob(newRecord(), { status: 'canceled' }, context(9)).record;
    expect(job).toMatchObject({ status: 'canceled', startedAt: null, completedAt: at(9) });
  });

  it('says nothing in the history of a cancellation that gives no reason', () => {
    const { events } = endJob(newRecord(), { status: 'canceled' }, context(9));
    expect(events.filter((event) => 'message' in event)).toEqual([]);
  });

  it('is told apart from other errors by its name where it is forbidden', () => {
    expect(new TransitionError('forbidden').name).toBe('TransitionError');
  });

  it.each([{ status: 'succeeded' }, { status: 'failed', failure: failure('UNKNOWN') }] as const)(
    'does not let a queued job become $status',
    (outcome) => {
      const record = newRecord({ type: 'budget_sync' });
      expect(() => endJob(record, outcome, context(9))).toThrow(TransitionError);
    },
  );

  it('does not let a job succeed while a step is unfinished', () => {
    expect(() => endJob(halfDone(), { status: 'succeeded' }, context(9))).toThrow(
      'step 1 is running',
    );
  });

  it('lets nothing leave a terminal status', () => {
    const ended = endJob(newRecord(), { status: 'canceled' }, context(9)).record;
    expect(() => startJob(ended, context(10))).toThrow(
      new TransitionError('A job that is canceled cannot become running'),
    );
    expect(() => endJob(ended, { status: 'canceled' }, context(10))).toThrow(TransitionError);
    expect(() => startStep(ended, 1, context(10))).toThrow(TransitionError);
  });
});
