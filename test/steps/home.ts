import { failure } from '../../functions/domain/failures.ts';
import {
  type BudgetId,
  budgetId,
  eventId,
  executionId,
  jobId,
  millisecondsAfter,
  stepId,
  transactionId,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobRecord, StepType, Work } from '../../functions/domain/job.ts';
import { reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { startJob } from '../../functions/domain/transitions.ts';
import { retry } from '../../functions/jobs/retry.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { submit } from '../../functions/jobs/submit.ts';
import { applyStep } from '../../functions/steps/apply.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import { runStep } from '../../functions/steps/run-step.ts';
import { snapshotStep } from '../../functions/steps/snapshot.ts';
import { suggestionsStep } from '../../functions/steps/suggestions.ts';
import { syncStep } from '../../functions/steps/sync.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { KeptSnapshotStore } from '../../functions/store/kept-snapshot-store.ts';
import { SnapshotStore } from '../../functions/store/snapshot-store.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { at, over, uuid } from '../domain/builders.ts';
import type { Engine } from '../store/engine.ts';
import { bucketOf, type Objects } from './bucket.ts';
import { Life } from './mortal.ts';
import { PURCHASES, SmallActual } from './small-actual.ts';

let made = 0;
let seconds = 0;

const newUuid = () => uuid(++made);
const clockAndIds = {
  now: () => at(++seconds),
  newJobId: () => jobId(newUuid()),
  newStepId: () => stepId(newUuid()),
  newEventId: () => eventId(newUuid()),
  newSnapshotId: newUuid,
};

/** A budget of its own with its jobs, suggestions, snapshots and server. */
export class Home {
  readonly budget: BudgetId = budgetId(newUuid());
  readonly actual = new SmallActual(PURCHASES, { categories: ['Fun'] });
  readonly objects: Objects = new Map();
  readonly stores: ReturnType<Home['storesOf']>;
  private readonly engine: Engine;
  private readonly tableName: string;

  constructor(engine: Engine, tableName: string) {
    this.engine = engine;
    this.tableName = tableName;
    this.stores = this.storesOf(new Life());
  }

  private storesOf(life: Life) {
    const options = {
      client: life.client(this.engine.documents),
      tableName: this.tableName,
      now: clockAndIds.now,
    };
    return {
      jobs: new JobStore(options),
      suggestions: new SuggestionStore(options),
      snapshots: new SnapshotStore(options),
      kept: new KeptSnapshotStore({ ...options, retentionDays: 30 }),
    };
  }

  /** The steps of a job, one after the other, by one worker. @returns false when the worker was killed. */
  private async work(record: JobRecord, life: Life): Promise<boolean> {
    const { id, type } = record.job;
    const stores = this.storesOf(life);
    const bucket = bucketOf(this.objects, life);
    const ports = {
      ...stores,
      ...clockAndIds,
      bucket,
      extracts: bucket,
      budgets: this.actual.openedBy(life),
      engine: historyEngine,
      retentionDays: 30,
      unusedSnapshotDays: 90,
      pendingDays: 90,
      onUnchanged: () => {},
    };
    const proposing = type === 'suggestions_retry_payee' ? retryPayeeStep : suggestionsStep;
    const alone = {
      suggestions_apply: applyStep(ports),
      snapshot_create: snapshotStep(ports),
      snapshot_redownload: syncStep(ports),
      suggestions_generate: proposing(ports),
      suggestions_retry_payee: proposing(ports),
    };
    const works: readonly (readonly [StepType | undefined, ReturnType<typeof syncStep>])[] =
      type === 'sync_and_suggest' || type === 'scheduled_sync_and_suggest'
        ? [
            ['sync', syncStep(ports)],
            ['suggestions', suggestionsStep(ports)],
          ]
        : [[undefined, type === 'budget_sync' ? syncStep(ports) : alone[type]]];
    try {
      for (const [step, work] of works) {
        const request = {
          jobId: id,
          budgetId: this.budget,
          executionId: executionId(`execution:${id}`),
          redriveCount: 0,
          ...(step === undefined ? {} : { step }),
        };
        const worker = {
          id: workerId(newUuid()),
          deadline: millisecondsAfter(clockAndIds.now(), 900_000),
        };
        await runStep({ jobs: stores.jobs, ...clockAndIds }, request, worker, work);
      }
      return true;
    } catch (error) {
      if (!life.ended) throw error;
      return false;
    }
  }

  private async claimed({ job }: JobRecord): Promise<JobRecord> {
    const record = await this.stores.jobs.get(job.id);
    if (record === undefined) throw new Error('The job is gone.');
    const change = startJob(record, { now: clockAndIds.now(), newEventId: clockAndIds.newEventId });
    await this.stores.jobs.claim(change, {
      budgetId: this.budget,
      jobId: job.id,
      executionId: executionId(`execution:${job.id}`),
      workerId: null,
      workerUntil: null,
      sending: false,
    });
    return change.record;
  }

  private async ended(record: JobRecord, succeeded: boolean): Promise<JobRecord> {
    await settle(
      { jobs: this.stores.jobs, ...clockAndIds },
      record.job.id,
      over(
        succeeded ? { status: 'succeeded' } : { status: 'failed', failure: failure('WORKER_DIED') },
      ),
    );
    return (await this.stores.jobs.get(record.job.id)) ?? record;
  }

  /** Runs queued work with one worker after the other, as the state machine does, until one goes through. */
  private async run(queued: JobRecord, lives: readonly Life[]): Promise<JobRecord> {
    const record = await this.claimed(queued);
    for (const life of lives) {
      if (await this.work(record, life)) return this.ended(record, true);
    }
    return this.ended(record, false);
  }

  async submitted(work: Work): Promise<JobRecord> {
    const made = await submit(
      { jobs: this.stores.jobs, ...clockAndIds },
      { budgetId: this.budget, work, requestedBy: 'me' },
    );
    if (made.kind === 'key_reused') throw new Error('No key was sent.');
    return made.record;
  }

  async does(work: Work, ...lives: readonly Life[]): Promise<JobRecord> {
    return this.run(await this.submitted(work), lives);
  }

  /** `POST /jobs/{jobId}/retry`, and the job that it makes. */
  async retries({ job }: JobRecord): Promise<JobRecord> {
    const ports = { jobs: this.stores.jobs, ...clockAndIds };
    const made = await retry(ports, {
      jobId: job.id,
      requestedBy: 'me',
      isThere: () => true,
      mayApprove: true,
    });
    if (made.kind !== 'created') throw new Error(`The retry was ${made.kind}.`);
    return this.run(made.record, [new Life()]);
  }

  async suggestion(transaction: string): Promise<Suggestion> {
    const found = await this.stores.suggestions.get(this.budget, transactionId(transaction));
    if (found === undefined) throw new Error(`Nothing is proposed for ${transaction}.`);
    return found;
  }

  async review(
    transaction: string,
    status: 'approved' | 'rejected',
    correction: { readonly categoryId?: string; readonly payeeName?: string } = {},
  ): Promise<void> {
    const before = await this.suggestion(transaction);
    const review = status === 'approved' ? { status, ...correction } : { status };
    const after = reviewed(before, review, { now: clockAndIds.now(), by: 'me' });
    if (after !== null) await this.stores.suggestions.decide(before, after);
  }

  /** All that anybody can see once the job has ended, without ids and times. */
  async seen({ job }: JobRecord): Promise<unknown> {
    const suggestions = await this.stores.suggestions.all(this.budget);
    const current = await this.stores.snapshots.current(this.budget);
    const { snapshots } = await this.stores.kept.list(this.budget, { limit: 100 });
    const copies = snapshots.filter(({ id }) => id === job.id);
    return {
      budget: this.actual.seen(),
      suggestions: suggestions.map(({ transactionId: id, status, decision, ...one }) => ({
        id,
        status,
        category: decision?.categoryId ?? null,
        proposed: one.proposals.map(({ categoryId }) => categoryId),
        rejected: one.rejectedCategoryIds,
        outcome: one.lastOutcome?.code ?? null,
      })),
      current: this.objects.get(current?.extractKey ?? ''),
      archive: this.objects.has(current?.archiveKey ?? ''),
      copies: copies.map(({ archiveKey }) =>
        new TextDecoder().decode(
          Uint8Array.from(Object.values(this.objects.get(archiveKey) ?? [])),
        ),
      ),
    };
  }
}
