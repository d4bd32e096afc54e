import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandOutput,
} from '@aws-sdk/client-eventbridge';
import type { Job } from '../../domain/job.ts';
import type { AnnouncePorts } from '../../jobs/announce.ts';
import { JOB_EVENT } from '../../names.ts';
import type { Meter } from '../../store/meter.ts';
import { jobView } from '../http/job-view.ts';
import { SMALL_CALLS } from './calls.ts';

/** What EventBridge is asked through. */
export interface EventBusClient {
  send(command: PutEventsCommand): Promise<Pick<PutEventsCommandOutput, 'Entries'>>;
}

/** The default event bus, each call to which is counted. */
export function openEventBus(stateMachineArn: string, meter: Meter): AnnouncePorts['publish'] {
  return eventBus(meter.counting(new EventBridgeClient(SMALL_CALLS)), stateMachineArn);
}

/** An entry that the bus did not take; its name is the bus's own code. */
class EntryRefusedError extends Error {
  constructor(code: string) {
    super('The event bus did not take the event.');
    this.name = code;
  }
}

/** @param stateMachineArn ARN of the machine that runs the jobs: events name it, so that stacks can be told apart. */
export function eventBus(
  client: EventBusClient,
  stateMachineArn: string,
): AnnouncePorts['publish'] {
  return async (jobs) => {
    const Entries = jobs.map((job) => ({
      Source: JOB_EVENT.source,
      DetailType: detailTypeOf(job),
      Resources: [stateMachineArn],
      Detail: JSON.stringify(detailOf(job, stateMachineArn)),
    }));
    const { Entries: taken = [] } = await client.send(new PutEventsCommand({ Entries }));
    return jobs.flatMap(({ id: jobId }, index) => {
      const code = taken[index]?.ErrorCode;
      return code === undefined ? [] : [{ jobId, error: new EntryRefusedError(code) }];
    });
  };
}

function detailTypeOf({ status }: Job): string {
  if (status === 'queued' || status === 'running') {
    throw new TypeError(`There is no event for a job that is ${status}.`);
  }
  return JOB_EVENT.detailType[status];
}

/** What others may know of a job, field by field: ids, times, counts and what to do; nothing of who asked. */
function detailOf(job: Job, stateMachineArn: string) {
  const { failureRetryable, failureNextAction, executionUrl } = jobView(job, stateMachineArn);
  const { trigger, retryCount, counts = {}, warnings = [] } = job.metadata;
  return {
    jobId: job.id,
    budgetId: job.budgetId,
    type: job.type,
    status: job.status,
    parentJobId: job.parentJobId,
    trigger,
    retryCount,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    completedAt: job.completedAt,
    failureCode: job.failureCode,
    failureReason: job.failureReason,
    failureNextAction,
    failureRetryable,
    executionUrl,
    counts,
    warnings: warnings.map(({ code, count = null }) => ({ code, count })),
  };
}
