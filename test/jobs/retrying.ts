import { failure } from '../../functions/domain/failures.ts';
import { budgetId } from '../../functions/domain/ids.ts';
import type { JobRecord, Work } from '../../functions/domain/job.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { type RetryPorts, retry } from '../../functions/jobs/retry.ts';
import { submit } from '../../functions/jobs/submit.ts';
import { context, uuid } from '../domain/builders.ts';
import { MemoryJobs, submitPorts } from '../handlers/memory-jobs.ts';

export const HOME = budgetId(uuid(0xb1));

export const isThere = () => true;
export const mayApprove = true;

/** Jobs in memory, of which a test makes some that have ended and retries them. */
export function retrying() {
  const jobs = new MemoryJobs();
  const ports: RetryPorts = { ...submitPorts(jobs), jobs };

  async function queued(work: Work = { type: 'budget_sync' }): Promise<JobRecord> {
    const made = await submit(ports, { budgetId: HOME, work, requestedBy: 'anna' });
    if (made.kind === 'key_reused') throw new Error('The key was used before');
    return made.record;
  }

  async function ended(
    status: 'succeeded' | 'failed' | 'canceled',
    work?: Work,
  ): Promise<JobRecord> {
    const started = startJob(await queued(work), context(1));
    const outcome =
      status === 'failed' ? { status, failure: failure('SERVER_UNREACHABLE') } : { status };
    const change = endJob(started.record, outcome, context(2));
    jobs.write(change);
    return change.record;
  }

  const again = (record: JobRecord) =>
    retry(ports, { jobId: record.job.id, requestedBy: 'ben', isThere, mayApprove });

  async function made(record: JobRecord): Promise<JobRecord> {
    const retried = await again(record);
    if (retried.kind !== 'created') throw new Error(`The retry was ${retried.kind}.`);
    return retried.record;
  }

  return { jobs, ports, queued, ended, again, made };
}
