import {
  type BudgetId,
  budgetId,
  type JobId,
  jobId,
  parseSuggestionId,
} from '../../../functions/domain/ids.ts';
import type { JobType, Work } from '../../../functions/domain/job.ts';
import { cancel } from '../../../functions/jobs/cancel.ts';
import { type Retried, retry } from '../../../functions/jobs/retry.ts';
import { submit } from '../../../functions/jobs/submit.ts';
import type { Ledger } from '../invariants/ledger.ts';
import type { Change } from '../table/memory-table.ts';
import type { World } from '../world/world.ts';
import { ask } from './asking.ts';
import { Reviewers } from './reviewers.ts';

/** What people and programs ask of the API: new jobs, cancels, retries, decisions. */

/** How often a caller without an answer asks again, when it may: with an idempotency key. */
const ATTEMPTS = 6;
/** Calls that are made at once are at most so far apart, milliseconds. */
const AT_ONCE_MS = 400;
/** Proposals are gone through within so long, milliseconds. */
const DECIDING_MS = 20_000;
/** What a worker has read of suggestions is written or sent within about so long, milliseconds. */
const WORKING_MS = 3_000;
/** Who waits for the end of a job hears of it within so long, milliseconds. */
const WAITING_MS = 1_500;
/** A second thought about a job comes within so long, milliseconds. */
const THINKING_MS = 8_000;

/** The other one is for schedules to ask for (test/simulation/schedules.ts). */
type RequestedType = Exclude<JobType, 'scheduled_sync_and_suggest'>;

export class Callers {
  private readonly world: World;
  private readonly ledger: Ledger;
  private readonly reviewers: Reviewers;
  private made = 0;
  private gone = false;

  constructor(world: World, ledger: Ledger) {
    this.world = world;
    this.ledger = ledger;
    this.reviewers = new Reviewers(world, ledger);
  }

  /** One thing that somebody asks for now. */
  act(): void {
    const { random } = this.world;
    const roll = random.int(1, 100);
    if (roll <= 50) this.create();
    else if (roll <= 65) this.cancel();
    else if (roll <= 75) this.retry(this.knownJob());
    else this.reviewers.decide(random.pick([...this.world.budgets.keys()]), DECIDING_MS);
  }

  /** A new job; mostly with an idempotency key, and then perhaps twice at once. */
  private create(budget = this.world.random.pick([...this.world.budgets.keys()])): void {
    const { random } = this.world;
    const work = this.work(budget);
    const requestedBy = `caller/${++this.made}`;
    const key = random.chance(0.7) ? requestedBy : undefined;
    const request = key === undefined ? {} : { request: { key, bodyHash: JSON.stringify(work) } };
    const copies = key !== undefined && random.chance(0.3) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.world.time.after(random.int(0, AT_ONCE_MS), () =>
        ask(this.world, 'createJob', key === undefined ? 1 : ATTEMPTS, async (ports) => {
          const answer = await submit(ports, { budgetId: budget, work, requestedBy, ...request });
          return () => this.told(answer, key);
        }),
      );
    }
  }

  private work(budget: BudgetId): Work {
    const { random } = this.world;
    const suggestions = this.ledger.suggestionsOf(budget);
    const open = suggestions.filter(({ status }) => status !== 'applied').map(({ id }) => id);
    const some = open.filter(() => random.chance(0.7)).map(parseSuggestionId);
    const byType: Readonly<Record<RequestedType, readonly Work[]>> = {
      budget_sync: [{ type: 'budget_sync', ...(random.chance(0.3) ? { bankSync: true } : {}) }],
      suggestions_generate: [{ type: 'suggestions_generate' }],
      sync_and_suggest: [
        { type: 'sync_and_suggest' },
        { type: 'sync_and_suggest', bankSync: true },
      ],
      suggestions_apply: [
        { type: 'suggestions_apply' },
        { type: 'suggestions_apply', minConfidence: 0.5 },
        some.length === 0
          ? { type: 'suggestions_apply', minConfidence: 0.9 }
          : { type: 'suggestions_apply', suggestionIds: some },
      ],
      // Before anything is proposed there is nothing to ask it for.
      suggestions_retry_payee: [
        some[0] === undefined
          ? { type: 'snapshot_create' }
          : { type: 'suggestions_retry_payee', suggestionId: some[0] },
      ],
      snapshot_create: [{ type: 'snapshot_create' }],
      snapshot_redownload: [{ type: 'snapshot_redownload' }],
    };
    return random.pick(Object.values(byType).flat());
  }

  /**
   * Now and then somebody thinks better of a job whose worker has just begun, or is about to send its changes; or decides
   * about proposals while newer ones are being made, or these are about to be applied; or has waited for a job's end.
   */
  onWrite(changes: readonly Change[]): void {
    const { random, time } = this.world;
    for (const { before, after } of changes) {
      if (before?.SK === 'RUNNING' && after === undefined) this.onFree(String(before.budgetId));
      if (after?.SK === 'JOB' && after.status === 'failed')
        this.onFailed(jobId(String(after.jobId)));
      if (after?.SK !== 'RUNNING') continue;
      const begins = after.workerId !== before?.workerId;
      const sends = after.sending !== before?.sending;
      if (this.gone || (!begins && !sends)) continue;
      if (random.chance(0.05)) {
        const id = jobId(String(after.jobId));
        time.after(random.skewed(0, THINKING_MS), () => this.cancelJob(id));
      }
      const readsThem = /^(suggestions|apply)/.test(String(after.workerId));
      if (begins && readsThem && random.chance(0.2)) {
        this.reviewers.decide(budgetId(String(after.PK).slice('BUDGET#'.length)), WORKING_MS);
      }
    }
  }

  /** Now and then somebody has waited for the end of a job, to ask for the next one of that budget. */
  private onFree(budget: string): void {
    const { random, time } = this.world;
    if (this.gone || !random.chance(0.25)) return;
    time.after(random.skewed(0, WAITING_MS), () => this.create(budgetId(budget)));
  }

  /** Now and then somebody runs a job again as soon as they hear that it failed. */
  private onFailed(id: JobId): void {
    const { random, time } = this.world;
    if (this.gone || !random.chance(0.5)) return;
    time.after(random.skewed(0, WAITING_MS), () => this.retry(id));
  }

  /** From now on nobody asks for anything more. */
  leave(): void {
    this.gone = true;
  }

  private cancel(): void {
    const id = this.knownJob();
    if (id !== undefined) this.cancelJob(id);
  }

  private cancelJob(id: JobId): void {
    ask(this.world, 'cancelJob', 2, async (ports) => {
      const answer = await cancel(ports, { jobId: id, requestedBy: 'caller', isThere: () => true });
      return () => {
        if (answer.kind === 'canceled') this.ledger.canceled(id);
      };
    });
  }

  /** Runs a job again, perhaps more than once at once, with the same idempotency key or without one. */
  private retry(id: JobId | undefined): void {
    const { random } = this.world;
    if (id === undefined) return;
    const key = random.chance(0.5) ? `retry/${++this.made}` : undefined;
    const request = key === undefined ? {} : { request: { key, bodyHash: '' } };
    const copies = random.int(1, 3);
    for (let copy = 0; copy < copies; copy += 1) {
      this.world.time.after(random.skewed(0, AT_ONCE_MS), () =>
        ask(this.world, 'retryJob', key === undefined ? 1 : ATTEMPTS, async (ports) => {
          const answer = await retry(ports, {
            jobId: id,
            requestedBy: 'caller/retry',
            isThere: () => true,
            mayApprove: true,
            ...request,
          });
          return () => this.told(answer, key);
        }),
      );
    }
  }

  private told(answer: Retried, key: string | undefined): void {
    if (answer.kind === 'key_reused') this.ledger.keyRefused(key);
    if (answer.kind === 'created' || answer.kind === 'replayed') {
      this.ledger.accepted(answer.record.job.id, key);
    }
  }

  private knownJob(): JobId | undefined {
    const ids = this.ledger.acceptedJobs();
    return ids.length === 0 ? undefined : jobId(this.world.random.pick(ids));
  }
}
