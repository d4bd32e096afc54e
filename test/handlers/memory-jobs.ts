import type { BudgetId, JobId } from '../../functions/domain/ids.ts';
import { eventId, jobId, stepId } from '../../functions/domain/ids.ts';
import type {
  Job,
  JobEvent,
  JobHistory,
  JobInput,
  JobRecord,
  WholeJob,
} from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import type { Creation, IdempotentRequest, SubmitPorts } from '../../functions/jobs/submit.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { at, uuid } from '../domain/builders.ts';

/** Jobs as the API's handlers see them, in memory. */
export class MemoryJobs {
  readonly records = new Map<JobId, JobRecord>();
  readonly events: JobEvent[] = [];
  readonly creations: Creation[] = [];
  private readonly requests = new Map<string, { bodyHash: string; jobId: JobId }>();
  private readonly reruns = new Map<JobId, JobId>();

  async create(creation: Creation) {
    const { change, request } = creation;
    const before = request && (await this.answered(request));
    if (before !== undefined) return before;
    const { id } = change.record.job;
    if (request !== undefined) {
      this.requests.set(request.key, { bodyHash: request.bodyHash, jobId: id });
    }
    this.creations.push(creation);
    this.write(change);
    return { kind: 'created' as const };
  }

  async answered({ key, bodyHash }: IdempotentRequest) {
    const before = this.requests.get(key);
    if (before === undefined) return undefined;
    return before.bodyHash === bodyHash
      ? { kind: 'replayed' as const, jobId: before.jobId }
      : { kind: 'key_reused' as const };
  }

  async answer(request: IdempotentRequest, id: JobId) {
    const before = await this.answered(request);
    if (before !== undefined) return before;
    this.requests.set(request.key, { bodyHash: request.bodyHash, jobId: id });
    return { kind: 'replayed' as const, jobId: id };
  }

  async rerun(id: JobId): Promise<JobId | undefined> {
    return this.reruns.get(id);
  }

  async repeat(
    creation: Creation,
    { of, before }: { readonly of: Job; readonly before: JobId | undefined },
  ) {
    const replay = creation.request && (await this.answered(creation.request));
    if (replay !== undefined) return replay;
    if (this.reruns.get(of.id) !== before) return { kind: 'overtaken' as const };
    this.reruns.set(of.id, creation.change.record.job.id);
    return this.create(creation);
  }

  async cancel(change: JobChange): Promise<'written' | 'conflict' | 'sending'> {
    this.write(change);
    return 'written';
  }

  write(change: JobChange): void {
    this.records.set(change.record.job.id, change.record);
    this.events.push(...change.events);
  }

  async get(id: JobId): Promise<JobRecord | undefined> {
    return this.records.get(id);
  }

  async requireGone(id: JobId): Promise<void> {
    if (this.records.has(id)) throw new StoreUnavailableError({ cause: new Error('It is there') });
  }

  async whole(id: JobId): Promise<WholeJob | undefined> {
    const [record, input] = [await this.get(id), await this.input(id)];
    return record && { ...record, ...(input === undefined ? {} : { input }) };
  }

  async input(id: JobId): Promise<JobInput | undefined> {
    return this.creations.find(({ change }) => change.record.job.id === id)?.input;
  }

  async history(id: JobId): Promise<JobHistory | undefined> {
    const job = this.records.get(id)?.job;
    return job && { job, events: this.events.filter((event) => event.jobId === id) };
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
