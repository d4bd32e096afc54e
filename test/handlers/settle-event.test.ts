import { expect, it } from 'vitest';
import { endingBy, SettleEvent } from '../../functions/handlers/settle-event.ts';
import { JOB } from '../domain/builders.ts';

/** What the last states of the workflow say of a job, and of whether its worker may still be at it. */

const said = (more: object) =>
  endingBy(SettleEvent.parse({ jobId: JOB, executionId: `execution:${JOB}`, ...more }));

it('a job that went through its workflow has no worker any more: the next one waits for nobody', () => {
  expect(said({ outcome: 'succeeded' })).toEqual({
    outcome: { status: 'succeeded' },
    worker: 'over',
  });
});

it.each([
  ['gave a reason', 'SYNC_DIVERGED', 'over'],
  ['ran out of time in the eyes of the workflow alone', 'States.Timeout', 'may_be_alive'],
])('of a job whose step %s (%s) the worker is %s', (_how, code, worker) => {
  expect(said({ outcome: 'failed', failure: { Error: code, Cause: '{}' } })).toMatchObject({
    outcome: { status: 'failed' },
    worker,
  });
});
