import type { JobId } from '../../functions/domain/ids.ts';
import type { JobRecord, ScheduledOptions } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import type { ScheduledJobs } from '../../functions/jobs/schedule.ts';
import { context } from '../domain/builders.ts';

/** Scheduled jobs in memory, with the conditions that the use case relies on. */
export class FakeSchedules implements ScheduledJobs {
  readonly records = new Map<JobId, JobRecord>();
  readonly answers = new Map<string, JobId>();
  readonly lastIds = new Map<string, JobId>();
  /** Called before each write; a test lets something else happen first here. */
  beforeWrite: () => void = () => {};

  async last(_budget: unknown, asked: ScheduledOptions): Promise<JobId | undefined> {
    return this.lastIds.get(alike(asked));
  }

  async get(id: JobId): Promise<JobRecord | undefined> {
    return this.records.get(id);
  }

  async create(creation: Parameters<ScheduledJobs['create']>[0]) {
    this.beforeWrite();
    const { change, request, last, gone } = creation;
    const before = this.answers.get(request.key);
    if (before !== undefined) return { kind: 'repeated' as const, jobId: before };
    const { id, metadata } = change.record.job;
    const isThere = gone !== undefined && this.records.has(gone);
    if (isThere || this.lastIds.get(alike(metadata)) !== last) {
      return { kind: 'overtaken' as const };
    }
    this.write(change);
    this.lastIds.set(alike(metadata), id);
    this.answers.set(request.key, id);
    return { kind: 'written' as const };
  }

  async answerWith(waiting: JobId, request: { readonly key: string }) {
    this.beforeWrite();
    const before = this.answers.get(request.key);
    if (before !== undefined) return { kind: 'repeated' as const, jobId: before };
    if (this.records.get(waiting)?.job.status !== 'queued') return { kind: 'overtaken' as const };
    this.answers.set(request.key, waiting);
    return { kind: 'written' as const };
  }

  /** The job that waits or runs goes on by one status. */
  goOn(): void {
    for (const record of this.records.values()) {
      if (record.job.status === 'queued') this.write(startJob(record, context(5)));
      else if (record.job.status === 'running') {
        this.write(endJob(record, { status: 'canceled' }, context(6)));
      }
    }
  }

  private write(change: JobChange): void {
    this.records.set(change.record.job.id, change.record);
  }
}

export const alike = ({ fullResync, bankSync, applyAtConfidence }: ScheduledOptions) =>
  JSON.stringify([fullResync, bankSync, applyAtConfidence]);
