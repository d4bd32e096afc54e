import { describe, expect, it } from 'vitest';
import type { JobAndSteps, JobEvent } from '../../client/schema.ts';
import { eventTable, jobLines, jobTable } from '../../operate/tables.ts';
import { uuid } from '../domain/builders.ts';

/** What a person reads of jobs at a terminal. */

const WIDTH = 160;

describe('a job', () => {
  const time = '2026-01-31T12:00:00.000Z';
  const failed: JobAndSteps = {
    job: {
      id: uuid(1),
      budgetId: uuid(2),
      type: 'budget_sync',
      status: 'failed',
      version: 3,
      createdAt: time,
      startedAt: time,
      completedAt: time,
      parentJobId: null,
      failureCode: 'AUTH_FAILED',
      failureReason: 'Mend\u001b[2J it.',
      failureRetryable: false,
      failureNextAction: 'Mend it.',
      executionUrl: null,
      metadata: {
        trigger: 'api',
        requestedBy: '1/some\u001bbody',
        retryCount: 0,
        counts: { transactions: 3 },
        warnings: [
          { code: 'SOME_WARNING', message: 'A\u001bbank', count: 2 },
          { code: 'OTHER_WARNING', message: 'Once.' },
        ],
      },
    },
    steps: [],
  };

  it('says who asked, what came of it and why, and obeys no character of any of it', () => {
    const lines = jobLines(failed);
    for (const line of [
      `  created   ${time} by 1/some body`,
      '  counts    transactions 3',
      '  failure   AUTH_FAILED: Mend [2J it.',
      '  warning   SOME_WARNING (2): A bank',
      '  warning   OTHER_WARNING: Once.',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it.each([
    ['repeats the job that it runs again', 1, 'repeats'],
    ['follows the scheduled job whose proposals it applies', 0, 'follows'],
  ])('%s', (_what, retryCount, word) => {
    const { job } = failed;
    const parentJobId = uuid(2);
    const metadata = { ...job.metadata, retryCount };
    const lines = jobLines({ ...failed, job: { ...job, parentJobId, metadata } });
    expect(lines).toContain(`  ${word}   ${parentJobId}`);
  });

  const CONSOLE = 'https://us-east-1.console.aws.amazon.com/states/home#/v2/executions/details/';

  it.each([
    ['in the console of AWS', '111122223333', CONSOLE],
    ['by its ARN on this machine, which has no console', '000000000000', ''],
  ])('leads to its execution %s', (_where, account, shown) => {
    const arn = `arn:aws:states:us-east-1:${account}:execution:JobWorkflow:${uuid(1)}`;
    const executionUrl = `${CONSOLE}${arn}`;
    const lines = jobLines({ ...failed, job: { ...failed.job, executionUrl } });
    expect(lines).toContain(`  execution ${shown}${arn}`);
  });

  it('says which one it is, and when what became of it', () => {
    const [startedAt, completedAt] = ['2026-01-31T12:00:01.000Z', '2026-01-31T12:00:09.000Z'];
    const step = {
      id: uuid(4),
      jobId: uuid(1),
      stepType: 'sync',
      status: 'failed',
      position: 1,
      startedAt,
      completedAt,
      failureReason: null,
    } as const;
    const lines = jobLines({ job: { ...failed.job, startedAt, completedAt }, steps: [step] });
    expect(lines[0]).toBe(`Job ${uuid(1)}: budget_sync, failed`);
    for (const line of [
      `  started   ${startedAt}`,
      `  ended     ${completedAt}`,
      '  step 1    sync, failed',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it('says nothing of what there is nothing of', () => {
    const { job } = failed;
    const metadata = { trigger: 'schedule', retryCount: 0 } as const;
    const waiting = { ...job, startedAt: null, completedAt: null, failureCode: null, metadata };
    expect(jobLines({ job: { ...waiting, status: 'queued' }, steps: [] })).toEqual([
      `Job ${uuid(1)}: budget_sync, queued`,
      `  created   ${time} by schedule`,
    ]);
  });

  it('has in the list its id, its type, its status and the minute in which it was made', () => {
    const row = `│ ${uuid(1)} │ budget_sync │ failed │ 2026-01-31 12:00 │`;
    expect(jobTable([failed.job], WIDTH).join('\n')).toContain(row);
  });

  it('has its warnings in the list too, where it succeeded', () => {
    const { job } = failed;
    const succeeded = { ...job, status: 'succeeded', failureCode: null } as const;
    expect(jobTable([succeeded], 160).join('\n')).toContain(
      ' SOME_WARNING, OTHER_WARNING, transactions 3 ',
    );
    expect(jobTable([job], 160).join('\n')).toContain(' AUTH_FAILED ');
  });

  it('tells in its history its own events from those of its steps', () => {
    const event: JobEvent = {
      id: uuid(3),
      jobId: uuid(1),
      stepId: null,
      status: 'running',
      createdAt: time,
      version: 2,
    };
    const lines = eventTable([event, { ...event, stepId: uuid(4) }], WIDTH);
    expect(lines.slice(-3, -1)).toEqual([
      expect.stringContaining(`│ ${time} │ job  │ running │`),
      expect.stringContaining(`│ ${time} │ step │ running │`),
    ]);
  });

  it('obeys no character of its history either', () => {
    const event = {
      id: uuid(3),
      jobId: uuid(1),
      stepId: null,
      status: 'canceled',
      message: 'Canceled by some\u001bbody.',
      createdAt: time,
      version: 2,
    } as const;
    expect(eventTable([event], WIDTH).join('\n')).toContain('Canceled by some body.');
  });
});
