import {
  type BudgetId,
  epochSecondsOf,
  type Timestamp,
  type TransactionId,
} from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import type {
  Keeping,
  KeptSuggestion,
  Suggestion,
  SuggestionChange,
} from '../domain/suggestion.ts';
import {
  absentOrExpired,
  allOf,
  atRevision,
  type Clause,
  type Condition,
  either,
  notApprovedSince,
  notExpired,
  pendingAt,
  unchangedSuggestion,
} from './conditions.ts';
import { fenceCheck } from './job-commands.ts';
import type { PageRequest } from './job-listing.ts';
import { suggestionKey } from './keys.ts';
import {
  listSuggestions,
  readAll,
  type SuggestionFilter,
  type SuggestionPage,
} from './suggestion-listing.ts';
import { keptOf, liveIn, suggestionItem, suggestionOf } from './suggestion-rows.ts';
import { Table, type TableOptions, type Written } from './table.ts';
import type { TransactItem } from './writing.ts';

export interface SuggestionChanges {
  readonly put: readonly Suggestion[];
  /** Rejected ones that become pending again, each in its next revision. */
  readonly reopen: readonly SuggestionChange[];
  /** Rejected ones that stay so, and are kept for longer. */
  readonly renew: readonly SuggestionChange[];
  readonly remove: readonly Suggestion[];
}

/** `leftOut`: those that were decided on, or written anew, since they were read. */
export type SuggestionsWritten =
  | { readonly kind: 'not_running' }
  | { readonly kind: 'written'; readonly leftOut: readonly TransactionId[] };

/** What is to be written of the suggestion for a transaction. */
interface ItemOf {
  readonly transactionId: TransactionId;
  readonly item: TransactItem;
}

export interface SuggestionStoreOptions extends TableOptions, Partial<Keeping> {
  readonly now: () => Timestamp;
}

/** A transaction holds 100 items; one of them is the check of the fence. */
const CHANGES_PER_TRANSACTION = 99;
const DEFAULT_PENDING_DAYS = 90;
const DEFAULT_RETENTION_DAYS = 30;

/** Suggestions of budgets, one item a transaction of the budget. */
export class SuggestionStore {
  private readonly table: Table;
  private readonly now: () => Timestamp;
  private readonly keeping: Keeping;

  constructor(options: SuggestionStoreOptions) {
    this.table = new Table(options);
    this.now = options.now;
    const { pendingDays = DEFAULT_PENDING_DAYS, retentionDays = DEFAULT_RETENTION_DAYS } = options;
    this.keeping = { pendingDays, retentionDays };
  }

  /** Every suggestion of the budget, whatever its status. */
  all(budgetId: BudgetId): Promise<readonly Suggestion[]> {
    return readAll(this.table, budgetId, this.nowSeconds(), suggestionOf);
  }

  /** The same, each with the time until which it is kept. */
  kept(budgetId: BudgetId): Promise<readonly KeptSuggestion[]> {
    return readAll(this.table, budgetId, this.nowSeconds(), keptOf);
  }

  /** The suggestion for a transaction; undefined when there is none or its time is over. */
  async get(budgetId: BudgetId, transactionId: TransactionId): Promise<Suggestion | undefined> {
    const item = await this.table.one(suggestionKey(budgetId, transactionId));
    return item && liveIn([item], this.nowSeconds()).map(suggestionOf)[0];
  }

  /** Writes a user's decision; 'conflict' when the suggestion is no longer as it was read. */
  decide(before: Suggestion, after: Suggestion): Promise<Written> {
    return this.table.write([this.changeItem({ before, after }).item]);
  }

  /** The suggestions for some transactions, 100 at most; none for one that has none or whose time is over. */
  async some(
    budgetId: BudgetId,
    transactionIds: readonly TransactionId[],
  ): Promise<readonly Suggestion[]> {
    const items = await this.table.some(transactionIds.map((id) => suggestionKey(budgetId, id)));
    return liveIn(items, this.nowSeconds()).map(suggestionOf);
  }

  /**
   * Writes decisions about different suggestions, 100 at most, each by itself: those that are no longer as they were read
   * are left out, and given back.
   */
  async decideAll(changes: readonly SuggestionChange[]): Promise<readonly SuggestionChange[]> {
    let left = changes;
    const conflicts: SuggestionChange[] = [];
    while (left.length > 0) {
      const transacted = await this.table.transact(
        left.map((change) => this.changeItem(change).item),
      );
      if (transacted.kind === 'written') break;
      const refused = new Set(transacted.refusals.map(({ index }) => index));
      conflicts.push(...left.filter((_, index) => refused.has(index)));
      left = left.filter((_, index) => !refused.has(index));
    }
    return conflicts;
  }

  /** @throws InvalidCursorError when the cursor is not one of this listing. */
  list(filter: SuggestionFilter, request: PageRequest): Promise<SuggestionPage> {
    return listSuggestions(this.table, filter, request, this.nowSeconds());
  }

  /**
   * Writes proposals and removes those that are done with, as long as the worker holds the budget. A suggestion
   * that was decided meanwhile keeps its decision.
   */
  write(changes: SuggestionChanges, fence: Fence): Promise<SuggestionsWritten> {
    const items = [
      ...changes.put.map((one) => this.putItem(one)),
      ...[...changes.reopen, ...changes.renew].map((change) => this.changeItem(change)),
      ...changes.remove.map((one) => this.removeItem(one)),
    ];
    return this.writeAll(items, fence);
  }

  private async writeAll(items: readonly ItemOf[], fence: Fence): Promise<SuggestionsWritten> {
    const leftOut: TransactionId[] = [];
    for (let start = 0; start < items.length; start += CHANGES_PER_TRANSACTION) {
      const batch = items.slice(start, start + CHANGES_PER_TRANSACTION);
      const refused = await this.writeBatch(batch, fence);
      if (refused === undefined) return { kind: 'not_running' };
      leftOut.push(...refused);
    }
    return { kind: 'written', leftOut };
  }

  /** Writes what was approved, as long as the worker holds the budget; what was decided meanwhile stays so. */
  approve(approvals: readonly SuggestionChange[], fence: Fence): Promise<SuggestionsWritten> {
    return this.writeAll(
      approvals.map((change) => this.changeItem(change)),
      fence,
    );
  }

  /**
   * Writes what came of an apply, as long as the worker holds the budget. What it has sent is applied, whatever was decided
   * meanwhile; what may have been sent before gives way to a new approval, what somebody else had written, and a refusal, to any decision.
   */
  recordOutcomes(
    outcomes: {
      readonly applied: readonly Suggestion[];
      readonly mayBeSent: readonly SuggestionChange[];
      readonly found: readonly SuggestionChange[];
      readonly refused: readonly SuggestionChange[];
    },
    fence: Fence,
  ): Promise<SuggestionsWritten> {
    const items = [
      ...outcomes.applied.map((one) => this.replaceItem(one, atRevision(one.revision))),
      ...outcomes.mayBeSent.map(({ before, after }) =>
        this.replaceItem(after, atRevision(before.revision), notApprovedSince(before.updatedAt)),
      ),
      ...[...outcomes.found, ...outcomes.refused].map((change) => this.changeItem(change)),
    ];
    return this.writeAll(items, fence);
  }

  private changeItem({ before, after }: SuggestionChange): ItemOf {
    const { revision, status, updatedAt } = before;
    return this.replaceItem(after, unchangedSuggestion(revision, status, updatedAt));
  }

  private replaceItem(suggestion: Suggestion, ...clauses: readonly Clause[]): ItemOf {
    const condition = allOf(...clauses, notExpired(this.nowSeconds()));
    return this.put(suggestion, condition);
  }

  /** Leaves out what was decided meanwhile and tries the rest again. @returns what that is; undefined without the budget's lock. */
  private async writeBatch(
    batch: readonly ItemOf[],
    fence: Fence,
  ): Promise<readonly TransactionId[] | undefined> {
    let left = batch;
    const leftOut: TransactionId[] = [];
    while (left.length > 0) {
      const check = fenceCheck(fence, this.table.name);
      const transacted = await this.table.transact([check, ...left.map(({ item }) => item)]);
      if (transacted.kind === 'written') return leftOut;
      const refused = new Set(transacted.refusals.map(({ index }) => index));
      if (refused.has(0)) return undefined;
      for (const [index, { transactionId }] of left.entries()) {
        if (refused.has(index + 1)) leftOut.push(transactionId);
      }
      left = left.filter((_, index) => !refused.has(index + 1));
    }
    return leftOut;
  }

  private putItem(suggestion: Suggestion): ItemOf {
    return this.put(suggestion, this.freeOrPending(suggestion));
  }

  private put(suggestion: Suggestion, condition: Condition): ItemOf {
    const Item = suggestionItem(suggestion, this.keeping);
    const { transactionId } = suggestion;
    return { transactionId, item: { Put: { TableName: this.table.name, Item, ...condition } } };
  }

  private removeItem(suggestion: Suggestion): ItemOf {
    const { budgetId, transactionId } = suggestion;
    const condition = this.freeOrPending(suggestion);
    const Key = suggestionKey(budgetId, transactionId);
    return { transactionId, item: { Delete: { TableName: this.table.name, Key, ...condition } } };
  }

  private freeOrPending({ revision }: Suggestion): Condition {
    return allOf(either(absentOrExpired(this.nowSeconds()), pendingAt(revision)));
  }

  private nowSeconds(): number {
    return epochSecondsOf(this.now());
  }
}
