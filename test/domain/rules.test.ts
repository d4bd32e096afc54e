import fc from 'fast-check';
import { describe, it } from 'vitest';
import { FAILURES, failure, isFailureCode } from '../../functions/domain/failures.ts';
import { JOB_TYPES, type JobEvent, type JobRecord, type Work } from '../../functions/domain/job.ts';
import { type JobChange, TransitionError } from '../../functions/domain/job-change.ts';
import { isTerminal, mayBecome, STATUSES } from '../../functions/domain/status.ts';
import { completeStep, endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { context, created } from './builders.ts';

/** The data model's rules, checked after every command of arbitrary sequences of commands. */

type Command = (record: JobRecord, seconds: number) => JobChange;

const position = fc.integer({ min: 0, max: 3 });
const failureCode = fc.constantFrom(...Object.keys(FAILURES).filter(isFailureCode));

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constant<Command>((record, s) => startJob(record, context(s))),
  position.map(
    (p): Command =>
      (record, s) =>
        startStep(record, p, context(s)),
  ),
  position.map(
    (p): Command =>
      (record, s) =>
        completeStep(record, p, {}, context(s)),
  ),
  fc.constant<Command>((record, s) => endJob(record, { status: 'succeeded' }, context(s))),
  fc.constant<Command>((record, s) => endJob(record, { status: 'canceled' }, context(s))),
  failureCode.map(
    (code): Command =>
      (record, s) =>
        endJob(record, { status: 'failed', failure: failure(code) }, context(s)),
  ),
);

const work: fc.Arbitrary<Work> = fc.constantFrom<Work>(
  { type: 'budget_sync' },
  { type: 'sync_and_suggest' },
  { type: 'scheduled_sync_and_suggest' },
  { type: 'suggestions_generate' },
);

/** Clocks differ: the seconds of one command may lie before those of the command before it. */
const script = fc.array(fc.tuple(command, fc.integer({ min: -100, max: 100 })), { maxLength: 30 });

/** Every record on the way, with all events so far; commands that the rules forbid change nothing. */
function histories(first: JobChange, commands: readonly (readonly [Command, number])[]) {
  let record = first.record;
  let events = first.events;
  const seen = [{ before: null as JobRecord | null, record, events }];
  for (const [apply, seconds] of commands) {
    try {
      const change = apply(record, seconds);
      seen.push({ before: record, record: change.record, events: [...events, ...change.events] });
      events = [...events, ...change.events];
      record = change.record;
    } catch (error) {
      if (!(error instanceof TransitionError)) throw error;
    }
  }
  return seen;
}

function everyMoment(
  check: (moment: {
    before: JobRecord | null;
    record: JobRecord;
    events: readonly JobEvent[];
  }) => boolean,
): void {
  fc.assert(
    fc.property(work, script, (job, commands) => histories(created(job), commands).every(check)),
    { numRuns: 500 },
  );
}

describe('whatever commands come in whatever order', () => {
  it('every job and step has a type and a status of the data model', () => {
    everyMoment(
      ({ record }) =>
        JOB_TYPES.includes(record.job.type) &&
        [record.job, ...record.steps].every((entity) => STATUSES.includes(entity.status)),
    );
  });

  it('startedAt is never before createdAt, completedAt never before startedAt', () => {
    everyMoment(({ record }) =>
      [record.job, ...record.steps].every(({ startedAt, completedAt }) => {
        const started = startedAt ?? record.job.createdAt;
        return started >= record.job.createdAt && (completedAt ?? started) >= started;
      }),
    );
  });

  it('times are there exactly when the status says so', () => {
    everyMoment(({ record }) =>
      [record.job, ...record.steps].every(({ status, startedAt, completedAt }) => {
        const startedRight = status === 'queued' ? startedAt === null : true;
        const ranRight = ['running', 'succeeded', 'failed'].includes(status)
          ? startedAt !== null
          : true;
        return startedRight && ranRight && (completedAt !== null) === isTerminal(status);
      }),
    );
  });

  it('failureReason is there exactly when the status is failed', () => {
    everyMoment(({ record }) =>
      [record.job, ...record.steps].every(
        ({ status, failureReason }) => (failureReason !== null) === (status === 'failed'),
      ),
    );
  });

  it('each status change of the job or of a step has its event, and only those have one', () => {
    everyMoment(({ record, events }) => {
      const last = new Map(events.map((event) => [event.stepId, event.status]));
      return (
        last.get(null) === record.job.status &&
        record.steps.every((step) => last.get(step.id) === step.status)
      );
    });
  });

  it('the events of the job, and those of a step, walk along allowed transitions', () => {
    everyMoment(({ record, events }) =>
      [null, ...record.steps.map((step) => step.id)].every((id) => {
        const walk = events.filter((event) => event.stepId === id).map((event) => event.status);
        return walk.every((status, i) => {
          const from = walk[i - 1];
          return from === undefined ? status === 'queued' : mayBecome(from, status);
        });
      }),
    );
  });

  it('versions are gapless, in order, and the job carries the last one', () => {
    everyMoment(
      ({ record, events }) =>
        events.every((event, index) => event.version === index + 1) &&
        record.job.version === events.length,
    );
  });

  it('event ids are unique and times of events never go back', () => {
    everyMoment(
      ({ events }) =>
        new Set(events.map((event) => event.id)).size === events.length &&
        events.every(
          (event, i) => event.createdAt >= (events[i - 1]?.createdAt ?? event.createdAt),
        ),
    );
  });

  it('nothing leaves a terminal status', () => {
    everyMoment(({ before, record }) =>
      before === null
        ? true
        : [before.job, ...before.steps].every((entity) => {
            const after = [record.job, ...record.steps].find((other) => other.id === entity.id);
            return !isTerminal(entity.status) || after?.status === entity.status;
          }),
    );
  });

  it('steps run in ascending position, one at a time, inside a running job', () => {
    everyMoment(({ record }) => {
      const running = record.steps.filter((step) => step.status === 'running');
      return (
        running.length <= 1 &&
        (running.length === 0 || record.job.status === 'running') &&
        running.every((step) =>
          record.steps.every(
            (other) => other.position >= step.position || other.status === 'succeeded',
          ),
        )
      );
    });
  });

  it('positions are unique per job', () => {
    everyMoment(
      ({ record }) =>
        new Set(record.steps.map((step) => step.position)).size === record.steps.length,
    );
  });

  it('an ended job has no unfinished step, and a succeeded one only succeeded steps', () => {
    everyMoment(({ record }) => {
      if (!isTerminal(record.job.status)) return true;
      return record.steps.every((step) =>
        record.job.status === 'succeeded' ? step.status === 'succeeded' : isTerminal(step.status),
      );
    });
  });
});
