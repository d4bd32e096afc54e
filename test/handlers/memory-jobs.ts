import type { BudgetId, JobId } from '../../functions/domain/ids.ts';
import { eventId, jobId, stepId } from '../../functions/domain/ids.ts';
import type { Job, JobEvent, JobInput, JobRecord } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/transitions.ts';
import type { SubmitPorts } from '../../functions/jobs/submit.ts';
import { at, uuid } from '../domain/builders.ts';

interface Creation {
  readonly change: JobChange;
  readonly input?: JobInput;
  readonly request?: { readonly key: string; readonly bodyHash: string };
}

/** Jobs as the API's handlers see them, in memory. */
export class MemoryJobs {
  readonly records = new Map<JobId, JobRecord>();
  readonly history: JobEvent[] = [];
  readonly creations: Creation[] = [];
  private readonly requests = new Map<string, { bodyHash: string; jobId: JobId }>();

  async create(creation: Creation) {
    const { change, request } = creation;
    const before = request && this.requests.get(request.key);
    if (before !== undefined) {
      return before.bodyHash === request?.bodyHash
        ? { kind: 'replayed' as const, jobId: before.jobId }
        : { kind: 'key_reused' as const };
    }
    const { id } = change.record.job;
    if (request !== undefined) {
      this.requests.set(request.key, { bodyHash: request.bodyHash, jobId: id });
    }
    this.creations.push(creation);
    this.write(change);
    return { kind: 'created' as const };
  }

  write(change: JobChange): void {
    this.records.set(change.record.job.id, change.record);
    this.history.push(...change.events);
  }

  async get(id: JobId): Promise<JobRecord | undefined> {
    return this.records.get(id);
  }

  async input(id: JobId): Promise<JobInput | undefined> {
    return this.creations.find(({ change }) => change.record.job.id === id)?.input;
  }

  async events(id: JobId): Promise<readonly JobEvent[]> {
    return this.history.filter((event) => event.jobId === id);
  }

  async list({ budgetId }: { readonly budgetId: BudgetId }, { limit }: { readonly limit: number }) {
    const jobs = [...this.records.values()].map(({ job }) => job);
    const page: readonly Job[] = jobs.filter((job) => job.budgetId === budgetId).slice(0, limit);
    return { jobs: page, nextCursor: page.length < jobs.length ? 'next' : null };
  }
}

/** What `submit` needs, with ids that count up and a clock that stands at the tests' noon. */
export function submitPorts(jobs: MemoryJobs): SubmitPorts {
  let made = 0xa000;
  const next = () => uuid(made++);
  return {
    jobs,
    now: () => at(0),
    newJobId: () => jobId(next()),
    newStepId: () => stepId(next()),
    newEventId: () => eventId(next()),
  };
}
