import * as z from 'zod';
import { timestampAt } from '../domain/ids.ts';
import { type Announcement, announce, announceAgain } from '../jobs/announce.ts';
import { JobInSortKey } from '../store/job-rows.ts';
import { openEventBus } from './adapters/event-bus.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { describeError, logger } from './logger.ts';
import { openMetrics } from './metrics.ts';

/** The table's stream: a job that ended makes an event for whoever listens. */

const environment = readEnvironment('tableName', 'stateMachineArn', 'metricsNamespace');
const { jobs, meter } = openJobs(environment);
const metrics = openMetrics(environment.metricsNamespace);
const ports = { jobs, publish: openEventBus(environment.stateMachineArn, meter) };

const StreamRecord = z.object({
  dynamodb: z.object({ Keys: z.object({ SK: z.object({ S: JobInSortKey }) }) }),
});

const time = z.iso.datetime().transform((text) => timestampAt(Date.parse(text)));
/** What Lambda set aside of the stream, which says no more than when it came. */
const SetAside = z.object({
  approximateArrivalOfFirstRecord: time,
  approximateArrivalOfLastRecord: time,
});

export const handler = invocation({
  event: z.union([
    z.object({ Records: z.array(StreamRecord) }),
    z.object({ setAside: z.array(SetAside) }),
  ]),
  meter,
  work: async (event, { awsRequestId }) =>
    'Records' in event ? fromStream(event.Records, awsRequestId) : fromDeadLetters(event.setAside),
});

/** What could not be told is delivered again. */
class NotAnnouncedError extends Error {
  override readonly name = 'NotAnnounced';
}

async function fromStream(
  records: readonly z.infer<typeof StreamRecord>[],
  requestId: string,
): Promise<void> {
  const jobIds = records.map(({ dynamodb }) => dynamodb.Keys.SK.S);
  const [jobId, ...others] = jobIds;
  if (others.length === 0) logger.appendKeys({ jobId });
  const announcements = await announce(ports, jobIds);
  for (const announcement of announcements) {
    log(announcement);
    if (announcement.kind !== 'announced') continue;
    const { id, budgetId, failureCode } = announcement.job;
    const why: Readonly<Record<string, string>> = failureCode === null ? {} : { failureCode };
    metrics.jobEnded(announcement.job, { jobId: id, budgetId, requestId, ...why });
    if (others.length === 0) logger.appendKeys({ budgetId });
  }
  const failed = announcements.find(({ kind }) => kind === 'failed');
  if (failed?.kind === 'failed') throw new NotAnnouncedError('', { cause: failed.error });
}

async function fromDeadLetters(
  setAside: readonly z.infer<typeof SetAside>[],
): Promise<{ readonly failed: number }> {
  const spans = setAside.map((batch) => ({
    from: batch.approximateArrivalOfFirstRecord,
    to: batch.approximateArrivalOfLastRecord,
  }));
  // None is counted: most of those that are told again were counted before.
  const announcements = await announceAgain(ports, spans);
  for (const announcement of announcements) log(announcement);
  return { failed: announcements.filter(({ kind }) => kind === 'failed').length };
}

function log(announcement: Announcement): void {
  switch (announcement.kind) {
    case 'announced': {
      const { id, budgetId, status, parentJobId } = announcement.job;
      const parent = parentJobId === null ? {} : { parentJobId };
      logger.info('announced', { jobId: id, budgetId, status, ...parent });
      break;
    }
    case 'gone': {
      const { jobId: id } = announcement;
      logger.info('the end of a job that is gone is not told', { jobId: id });
      break;
    }
    case 'failed': {
      const { jobId: id, error } = announcement;
      logger.error('not announced', { jobId: id, error: describeError(error) });
    }
  }
}
