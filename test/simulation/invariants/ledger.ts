import type { BudgetId, JobId } from '../../../functions/domain/ids.ts';
import type { ReviewOutcome } from '../../../functions/jobs/review.ts';
import type { MemoryTable } from '../table/memory-table.ts';

/** A suggestion as it lies in the table now. */
export interface StoredSuggestion {
  readonly id: string;
  readonly status: string;
}

/** What callers were told, and may rely on from then on. */
export class Ledger {
  private readonly table: MemoryTable;
  private readonly violate: (what: string) => void;
  /** Told that somebody is about to reject a suggestion. */
  readonly rejects: (budget: BudgetId, id: string) => void;
  private readonly jobs = new Set<JobId>();
  private readonly jobOfKey = new Map<string, JobId>();
  /** The last decision about a suggestion that its caller was told of, by budget and suggestion id. */
  readonly decisions = new Map<string, { readonly status: string; readonly updatedAt: string }>();

  constructor(
    table: MemoryTable,
    violate: (what: string) => void,
    rejects: (budget: BudgetId, id: string) => void,
  ) {
    this.table = table;
    this.violate = violate;
    this.rejects = rejects;
  }

  /** A caller was told that its job was made. @param key the idempotency key that it sent. */
  accepted(id: JobId, key: string | undefined): void {
    this.jobs.add(id);
    if (this.table.get(`JOB#${id}`, 'JOB') === undefined) {
      this.violate(`job ${id} was accepted and is not there`);
    }
    if (key === undefined) return;
    const before = this.jobOfKey.get(key);
    if (before !== undefined && before !== id) {
      this.violate(`the idempotency key ${key} gave two jobs: ${before} and ${id}`);
    }
    this.jobOfKey.set(key, id);
  }

  /** A caller was told that its key came with another request: none does, and no job is gone so soon. */
  keyRefused(key: string | undefined): void {
    this.violate(`the idempotency key ${key} was taken for that of another request`);
  }

  /** A caller was told that the job is canceled. */
  canceled(id: JobId): void {
    const status = this.table.get(`JOB#${id}`, 'JOB')?.status;
    if (status !== 'canceled') this.violate(`job ${id} was said to be canceled and is ${status}`);
  }

  acceptedJobs(): readonly JobId[] {
    return [...this.jobs];
  }

  /** A caller was told what became of its decision. */
  reviewed(budget: BudgetId, outcome: ReviewOutcome): void {
    if (outcome.kind !== 'reviewed') return;
    const { transactionId, id, status, updatedAt } = outcome.suggestion;
    const stored = this.table.get(`SUGGESTIONS#${budget}`, transactionId);
    // What was sent counts as applied, whatever was decided meanwhile by a clock that is ahead.
    if (stored?.status === 'applied') return;
    if (stored?.id === id && String(stored.updatedAt) < updatedAt) {
      this.violate(`the decision about ${id} was told and not written`);
    }
    this.decisions.set(`${budget} ${id}`, { status, updatedAt });
  }

  /** The suggestions of a budget as they are now; what a caller may know of them. */
  suggestionsOf(budget: BudgetId): readonly StoredSuggestion[] {
    const items = this.table.under(`SUGGESTIONS#${budget}`);
    return items.map(({ id, status }) => ({ id: String(id), status: String(status) }));
  }
}
