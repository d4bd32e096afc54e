import { describe, expect, it } from 'vitest';
import type { Accepted } from '../../trials/kill/callers.ts';
import { type Aftermath, faultsOf, type Seen } from '../../trials/kill/verdict.ts';

/** The verdict of the kill test: nothing is said of what is right, and a sentence of each thing that is not. */

const ACCEPTED: Accepted = {
  key: 'k-1',
  jobId: 'j-1',
  budget: 'b-1',
  type: 'suggestions_apply',
  change: { transaction: 't-1', suggestionId: 't-1.1', category: 'Food', payee: 'Shop' },
};

const JOB: Seen = {
  job: { id: 'j-1', status: 'succeeded', failureCode: null, metadata: {} },
  steps: [{ id: 's-1' }],
  events: [
    { stepId: null, status: 'queued', version: 1 },
    { stepId: 's-1', status: 'queued', version: 2 },
    { stepId: null, status: 'running', version: 3 },
    { stepId: 's-1', status: 'running', version: 4 },
    { stepId: 's-1', status: 'succeeded', version: 5 },
    { stepId: null, status: 'succeeded', version: 6 },
  ],
};

function aftermath(more: Partial<Aftermath> = {}): Aftermath {
  return {
    accepted: [ACCEPTED],
    jobs: [JOB],
    leftOver: [],
    appliedBy: new Map([['t-1.1', 'j-1']]),
    budgets: [{ id: 'b-1', is: { payees: ['Shop'] }, shouldBe: { payees: ['Shop'] } }],
    ...more,
  };
}

/** The job with one more event, as if it had happened again. */
const withEvent = (stepId: string | null, status: string): Seen => ({
  ...JOB,
  events: [...JOB.events, { stepId, status, version: 7 }],
});

const ended = (status: string): Seen => ({
  ...JOB,
  job: { ...JOB.job, status, failureCode: status === 'failed' ? 'WORKER_DIED' : null },
});

describe('the verdict', () => {
  it('has nothing against jobs that ran once', () => {
    expect(faultsOf(aftermath())).toEqual([]);
  });

  it.each<readonly [string, Partial<Aftermath>, readonly string[]]>([
    ['a job that is gone', { jobs: [] }, ['lost: job j-1 is not listed']],
    [
      'a job that nobody was told of',
      { jobs: [JOB, { ...JOB, job: { ...JOB.job, id: 'j-2' } }] },
      ["twice: job j-2 is nobody's"],
    ],
    [
      'a key that made the job of another',
      { accepted: [ACCEPTED, { ...ACCEPTED, key: 'k-2' }] },
      ['lost: two idempotency keys made one job j-1'],
    ],
    ['a job that has not ended', { jobs: [ended('running')] }, ['lost: job j-1 is running']],
    ['a job that failed', { jobs: [ended('failed')] }, ['job j-1 is failed (WORKER_DIED)']],
    [
      'a second claim',
      { jobs: [withEvent(null, 'running')] },
      ['twice: job j-1 was claimed 2 times'],
    ],
    ['a second end', { jobs: [withEvent(null, 'failed')] }, ['twice: job j-1 ended 2 times']],
    [
      'a step that ended twice',
      { jobs: [withEvent('s-1', 'succeeded')] },
      ['job j-1: its step s-1 did not end once'],
    ],
    [
      'a history with a gap',
      { jobs: [{ ...JOB, events: JOB.events.filter(({ version }) => version !== 4) }] },
      ['job j-1: its history has gaps'],
    ],
    ['a lock', { leftOver: ['BUDGET#b-1 RUNNING'] }, ['left over: BUDGET#b-1 RUNNING']],
    [
      'a suggestion that no job applied',
      { appliedBy: new Map([['t-1.1', null]]) },
      ['t-1.1 of job j-1 was applied by nobody'],
    ],
    [
      'a suggestion that another job applied',
      { appliedBy: new Map([['t-1.1', 'j-9']]) },
      ['t-1.1 of job j-1 was applied by j-9'],
    ],
    [
      'a budget in which something was done twice',
      {
        budgets: [{ id: 'b-1', is: { payees: ['Shop', 'Shop'] }, shouldBe: { payees: ['Shop'] } }],
      },
      ['budget b-1 is not as it should be'],
    ],
  ])('tells of %s', (_what, more, faults) => {
    expect(faultsOf(aftermath(more))).toEqual(faults);
  });
});
