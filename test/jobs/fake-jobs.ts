import {
  type BudgetId,
  budgetId,
  type ExecutionId,
  type JobId,
  type Timestamp,
} from '../../functions/domain/ids.ts';
import type { JobEvent, JobRecord, Work } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import {
  type Fence,
  mayStillSend,
  type RunningJob,
  type WorkerEnd,
} from '../../functions/domain/running.ts';
import { at, newRecord } from '../domain/builders.ts';

/** Jobs, locks and lines in memory, with the conditions that use cases rely on. */
export class FakeJobs {
  readonly records = new Map<JobId, JobRecord>();
  readonly history: JobEvent[] = [];
  readonly locks = new Map<BudgetId, RunningJob>();
  readonly lines = new Map<BudgetId, JobId[]>();
  /** Called before each write; a test makes another worker win the race here. */
  beforeWrite: () => void = () => {};
  /** The time by the table's clients. */
  now: () => Timestamp = () => at(20);

  /** Puts a new job in line. */
  queue(id: JobId, budget: BudgetId, work: Work): JobRecord {
    const made = newRecord(work);
    const steps = made.steps.map((step) => ({ ...step, jobId: id }));
    const record = { job: { ...made.job, id, budgetId: budget }, steps };
    this.records.set(id, record);
    this.stand(budget, id);
    return record;
  }

  private stand(budget: BudgetId, id: JobId): void {
    this.lines.set(budget, [...(this.lines.get(budget) ?? []), id].sort());
  }

  async get(id: JobId): Promise<JobRecord | undefined> {
    return this.records.get(id);
  }

  async look(budget: BudgetId): Promise<{ running?: RunningJob; next?: JobId }> {
    const running = this.locks.get(budget);
    const next = this.lines.get(budget)?.[0];
    return { ...(running && { running }), ...(next && { next }) };
  }

  async claim(change: JobChange, running: RunningJob): Promise<'written' | 'conflict'> {
    this.beforeWrite();
    if (this.locks.has(running.budgetId) || !this.isCurrent(change)) return 'conflict';
    this.locks.set(running.budgetId, running);
    this.leave(running.budgetId, running.jobId);
    return this.write(change);
  }

  async dropPlaceInLine(budget: BudgetId, id: JobId): Promise<void> {
    if (this.records.get(id)?.job.status !== 'queued') this.leave(budget, id);
  }

  private leave(budget: BudgetId, id: JobId): void {
    this.lines.set(
      budget,
      (this.lines.get(budget) ?? []).filter((other) => other !== id),
    );
  }

  async releaseLock(running: RunningJob): Promise<void> {
    const lock = this.locks.get(running.budgetId);
    if (lock?.jobId === running.jobId && !mayStillSend(lock, this.now())) {
      this.locks.delete(running.budgetId);
    }
  }

  async moveLock(running: RunningJob, executionId: ExecutionId): Promise<void> {
    if (this.locks.get(running.budgetId) !== running) return;
    this.locks.set(running.budgetId, { ...running, executionId, workerId: null });
  }

  async beginStep(
    change: JobChange,
    fence: Fence,
    workerUntil: Timestamp,
  ): Promise<'written' | 'conflict' | 'changed'> {
    this.beforeWrite();
    const lock = this.locks.get(fence.budgetId);
    if (lock?.jobId !== fence.jobId || lock.executionId !== fence.executionId) return 'conflict';
    if (!this.isCurrent(change)) return 'changed';
    this.locks.set(fence.budgetId, { ...lock, workerId: fence.workerId, workerUntil });
    return this.write(change);
  }

  async beginSending(fence: Fence): Promise<'written' | 'conflict'> {
    const lock = this.locks.get(fence.budgetId);
    if (lock?.jobId !== fence.jobId || lock.workerId !== fence.workerId) return 'conflict';
    this.locks.set(fence.budgetId, { ...lock, sending: true });
    return 'written';
  }

  async writeStep(change: JobChange, fence: Fence): Promise<'written' | 'conflict'> {
    this.beforeWrite();
    const lock = this.locks.get(fence.budgetId);
    const ours = lock?.jobId === fence.jobId && lock.workerId === fence.workerId;
    return ours && this.isCurrent(change) ? this.write(change) : 'conflict';
  }

  async settle(
    change: JobChange,
    worker: WorkerEnd,
    next?: JobChange,
  ): Promise<'written' | 'conflict'> {
    this.beforeWrite();
    const { job } = change.record;
    if (!this.isCurrent(change)) return 'conflict';
    const lock = this.locks.get(job.budgetId);
    const held = worker === 'may_be_alive' && lock !== undefined && mayStillSend(lock, this.now());
    if (lock?.jobId === job.id && !held) this.locks.delete(job.budgetId);
    if (next !== undefined) {
      this.write(next);
      this.stand(next.record.job.budgetId, next.record.job.id);
    }
    return this.write(change);
  }

  async cancel(change: JobChange): Promise<'written' | 'conflict' | 'sending'> {
    this.beforeWrite();
    const { job } = change.record;
    if (!this.isCurrent(change)) return 'conflict';
    const lock = this.locks.get(job.budgetId);
    if (lock?.jobId === job.id) {
      if (lock.sending) return 'sending';
      this.locks.delete(job.budgetId);
    }
    this.leave(job.budgetId, job.id);
    return this.write(change);
  }

  async openWork() {
    const lines = [...this.lines].filter(([, line]) => line.length > 0);
    const budgets = [...new Set([...this.locks.keys(), ...lines.map(([id]) => id)])];
    return {
      budgets: budgets.map((id) => budgetId(id)),
      waiting: lines.flatMap(([, line]) => line),
    };
  }

  private isCurrent(change: JobChange): boolean {
    return this.records.get(change.record.job.id)?.job.version === change.before;
  }

  private write(change: JobChange): 'written' {
    this.records.set(change.record.job.id, change.record);
    this.history.push(...change.events);
    return 'written';
  }
}
