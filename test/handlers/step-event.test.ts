import { describe, expect, it } from 'vitest';
import { StepEvent, workerOf } from '../../functions/handlers/step-event.ts';
import { at, uuid } from '../domain/builders.ts';

/** As Lambda's runtime says it: its deadline less what the machine's own clock shows. */
const deadlineIn900 = (clock: number) => ({
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => (900 - clock) * 1000,
});

describe('the worker that an invocation is', () => {
  it.each([
    ['is right', 20],
    ['is an hour behind', 20 - 3_600],
    ['is an hour ahead', 20 + 3_600],
  ])('has the deadline that Lambda gave it, when the clock here %s', (_what, clock) => {
    const worker = workerOf(deadlineIn900(clock), () => at(clock));
    expect(worker).toEqual({ id: 'request', deadline: at(900) });
  });
});

it('an execution whose workflow does not say how often it was redriven was not', () => {
  const event = { jobId: uuid(1), budgetId: uuid(2), executionId: 'execution' };
  expect(StepEvent.parse(event)).toEqual({ ...event, redriveCount: 0 });
});
