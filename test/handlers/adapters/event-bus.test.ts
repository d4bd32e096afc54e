import type { PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { FAILURES, failure } from '../../../functions/domain/failures.ts';
import { jobId } from '../../../functions/domain/ids.ts';
import type { Job } from '../../../functions/domain/job.ts';
import { endJob, type Outcome, startJob } from '../../../functions/domain/transitions.ts';
import { eventBus } from '../../../functions/handlers/adapters/event-bus.ts';
import { at, BUDGET, context, JOB, newRecord, uuid } from '../../domain/builders.ts';

const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:JobWorkflow';

/** A bus that keeps what it is sent, and refuses the entries at these places. */
function bus(...refused: readonly number[]) {
  const entries: PutEventsRequestEntry[] = [];
  const publish = eventBus(
    {
      send: async ({ input }: PutEventsCommand) => {
        const asked = input.Entries ?? [];
        entries.push(...asked);
        return {
          Entries: asked.map((_, index) =>
            refused.includes(index) ? { ErrorCode: 'InternalFailure' } : { EventId: 'event' },
          ),
        };
      },
    },
    MACHINE,
  );
  return { entries, publish };
}

function ended(outcome: Outcome): Job {
  const record = newRecord({ type: 'sync_and_suggest' });
  const { job } = record;
  const asked: Job = {
    ...job,
    metadata: {
      ...job.metadata,
      requestedBy: '111122223333:role/Canary',
      counts: { accounts: 2 },
      warnings: [
        { code: 'BANK_SYNC_FAILED', message: 'Canary Bank', count: 1 },
        { code: 'BANK_NOT_LINKED', message: 'Canary Bank' },
      ],
    },
  };
  const running = startJob({ job: asked, steps: [] }, context(1));
  return endJob(running.record, outcome, context(5)).record.job;
}

describe('the event of a job', () => {
  it('that failed says what broke, what to do, and where to look', async () => {
    const { entries, publish } = bus();
    await publish([ended({ status: 'failed', failure: failure('AUTH_FAILED') })]);
    const [{ Detail = '', ...envelope } = {}] = entries;
    expect(envelope).toEqual({
      Source: 'actual-jobs',
      DetailType: 'Job Failed',
      Resources: [MACHINE],
    });
    expect(JSON.parse(Detail)).toEqual({
      jobId: JOB,
      budgetId: BUDGET,
      type: 'sync_and_suggest',
      status: 'failed',
      parentJobId: null,
      trigger: 'api',
      retryCount: 0,
      createdAt: at(0),
      startedAt: at(1),
      completedAt: at(5),
      failureCode: 'AUTH_FAILED',
      failureReason: failure('AUTH_FAILED').reason,
      failureNextAction: FAILURES.AUTH_FAILED.next,
      failureRetryable: false,
      executionUrl: expect.stringContaining(`execution:JobWorkflow:${JOB}`),
      counts: { accounts: 2 },
      warnings: [
        { code: 'BANK_SYNC_FAILED', count: 1 },
        { code: 'BANK_NOT_LINKED', count: null },
      ],
    });
  });

  it.each<readonly [Outcome, string]>([
    [{ status: 'succeeded' }, 'Job Succeeded'],
    [{ status: 'canceled' }, 'Job Canceled'],
  ])('%j is told as %s', async (outcome, detailType) => {
    const { entries, publish } = bus();
    await publish([ended(outcome)]);
    expect(entries[0]?.DetailType).toBe(detailType);
    expect(JSON.parse(String(entries[0]?.Detail))).toMatchObject({
      status: outcome.status,
      failureCode: null,
      failureNextAction: null,
    });
  });

  it('holds nothing of who asked, and no sentence of a warning', async () => {
    const { entries, publish } = bus();
    await publish([ended({ status: 'succeeded' })]);
    expect(JSON.stringify(entries)).not.toContain('Canary');
  });

  it('is never made of a job that goes on', async () => {
    const { publish } = bus();
    await expect(publish([newRecord().job])).rejects.toThrow('queued');
  });
});

describe('the bus', () => {
  it('says which entries it did not take, by its own code', async () => {
    const { publish } = bus(1);
    const one = ended({ status: 'succeeded' });
    const other = { ...one, id: jobId(uuid(77)) };
    expect(await publish([one, other])).toMatchObject([
      { jobId: other.id, error: { name: 'InternalFailure' } },
    ]);
  });
});
