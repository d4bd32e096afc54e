import type { BudgetId } from '../../../functions/domain/ids.ts';
import { budgetId, isUuid } from '../../../functions/domain/ids.ts';
import type { Process } from '../aws/process.ts';
import type { Item } from '../table/expressions.ts';
import type { Change } from '../table/memory-table.ts';
import type { BudgetOnServer } from '../world/actual-server.ts';
import type { World } from '../world/world.ts';
import { Counts } from './counts.ts';
import { Decided } from './decided.ts';
import { wrongExecution } from './executions.ts';
import { wrongWith } from './history.ts';
import { MadeJobs } from './jobs.ts';
import { Ledger } from './ledger.ts';
import { Line } from './line.ts';
import { Rejected } from './rejected.ts';
import { Sent } from './sent.ts';
import { Snapshots } from './snapshots.ts';
import { lostDecision, wrongSuggestions } from './suggestions.ts';
import { Syncs } from './syncs.ts';
import { wrongWriter } from './writers.ts';

/** A lock outlasts whatever becomes of its job by 16 minutes at most, and the seconds that clocks are apart. */
const LONGEST_KEPT_MS = 16 * 60_000 + 5_000;

/** Looks on at everything that happens, and says the first thing that may not be. */
export class Watch {
  readonly ledger: Ledger;
  private readonly world: World;
  private readonly made: MadeJobs;
  private readonly syncs: Syncs;
  private readonly snapshots: Snapshots;
  private readonly counts: Counts;
  private readonly decided = new Decided();
  private readonly rejected = new Rejected();
  private readonly line = new Line();
  private readonly sent: Sent;
  private readonly announced = new Set<string>();
  private found: string | undefined;

  constructor(world: World) {
    this.world = world;
    this.made = new MadeJobs(world.table);
    this.syncs = new Syncs(world.table, (id) => this.budgetOf(id));
    this.counts = new Counts(world.table);
    this.sent = new Sent(world.table, (id) => this.budgetOf(id));
    this.snapshots = new Snapshots(world.table, world.bucket);
    this.ledger = new Ledger(
      world.table,
      (what) => this.violate(what),
      (id, suggestion) => this.rejected.asks(id, suggestion),
    );
    world.bucket.onRemoved = () => (this.found ??= this.snapshots.wrongAfterRemoving());
    for (const [id, budget] of world.budgets) {
      budget.onChange = (process) => this.onBudgetChange(id, process);
      budget.onGiven = (entry, category) => this.onGiven(id, entry, category);
      budget.onContradiction = (entry) => this.violate(`${entry} of ${id} was applied twice`);
    }
  }

  get violation(): string | undefined {
    return this.found;
  }

  get allDone(): boolean {
    return (
      this.made.open().length === 0 && this.locks().length === 0 && this.untold() === undefined
    );
  }

  /** How many jobs stand in the longest line, the one that runs among them. */
  get longestLine(): number {
    const counts = new Map<unknown, number>();
    for (const { budgetId: id } of this.made.open()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  }

  get jobs(): readonly Item[] {
    return this.made.all();
  }

  /** Whoever listens was told that a job ended. */
  told(id: string, status: string): void {
    const found = this.world.table.get(`JOB#${id}`, 'JOB')?.status;
    if (status !== found) this.violate(`job ${id} was announced as ${status} and is ${found}`);
    this.announced.add(id);
  }

  /** @returns a job whose end nobody was told of. */
  private untold(): string | undefined {
    const missing = this.made
      .all()
      .find(({ PK }) => !this.announced.has(String(PK).slice('JOB#'.length)));
    return missing === undefined ? undefined : `the end of ${missing.PK} was never announced`;
  }

  violate(what: string): void {
    if (this.found === undefined) this.world.trace(() => `VIOLATION: ${what}`);
    this.found ??= what;
  }

  onWrite(changes: readonly Change[]): void {
    const { table, time } = this.world;
    this.decided.onWrite(changes, time.now, time.now + table.seenAfter);
    const wrong =
      wrongWith(changes, table) ??
      wrongWriter(changes, table, table.writer) ??
      this.made.wrongWith(changes) ??
      wrongExecution(changes, this.world.stepFunctions) ??
      keptTooLong(changes, time.now) ??
      wrongSuggestions(changes, (id) => this.budgetOf(id)) ??
      this.rejected.wrongWith(changes) ??
      this.snapshots.wrongWith(changes) ??
      this.counts.wrongWith(changes) ??
      this.sent.wrongWith(changes, time.now, time.now + table.seenAfter) ??
      this.line.wrongWith(changes, time.now, time.now + table.seenAfter) ??
      this.syncs.wrongWith(changes);
    if (wrong !== undefined) this.violate(wrong);
  }

  private budgetOf(id: string): BudgetOnServer | undefined {
    return isUuid(id) ? this.world.budgets.get(budgetId(id)) : undefined;
  }

  /** Only who holds the budget's lock, and said so before, changes it: never two at once, and nobody after a cancel. */
  private onBudgetChange(budget: BudgetId, process: Process): void {
    const lock = this.world.table.get(`BUDGET#${budget}`, 'RUNNING');
    if (lock?.workerId !== process.name || lock.sending !== true) {
      this.violate(`${process.name} changed budget ${budget} while ${lock?.workerId} held it`);
    }
  }

  private onGiven(budget: BudgetId, transaction: string, category: string): void {
    this.sent.gives(budget, transaction);
    const wrong = this.decided.wrongWith(budget, transaction, category);
    if (wrong !== undefined) this.violate(wrong);
  }

  /**
   * Some minutes after the last fault each job has ended, moves, or stands in a line that moves.
   *
   * @returns what does not; a look may be on its way to it just then.
   */
  stuck(): readonly string[] {
    return this.made.open().flatMap((job) => {
      const lock = this.world.table.get(`BUDGET#${job.budgetId}`, 'RUNNING');
      if (lock !== undefined && this.isMoving(lock)) return [];
      return [`${job.PK} is ${job.status} and stuck, behind ${lock?.jobId} (${job.version})`];
    });
  }

  private isMoving(lock: Item): boolean {
    const holder = this.world.table.get(`JOB#${lock.jobId}`, 'JOB');
    if (holder?.status !== 'running') return lock.sending === true;
    const { executions, gone } = this.world.stepFunctions;
    const id = String(lock.jobId);
    // Where its state machine was replaced, it goes on once its worker is over.
    return executions.get(id)?.status === 'RUNNING' || (gone.has(id) && lock.sending === true);
  }

  /** When all work is done. */
  checkTheEnd(): void {
    const { table, budgets } = this.world;
    const wrong =
      this.leftOver() ??
      this.untold() ??
      this.made.madeTwice() ??
      this.made.missingAfter() ??
      lostDecision(this.ledger.decisions, table);
    if (wrong !== undefined) this.violate(wrong);
    for (const [id, { payees, imported }] of budgets) {
      const twice = firstTwice(payees) ?? firstTwice(imported);
      if (twice !== undefined) this.violate(`${twice} is in budget ${id} twice`);
    }
  }

  private leftOver(): string | undefined {
    const [open] = this.made.open();
    if (open !== undefined) return `${open.PK} never ended: it is ${open.status}`;
    const [lock] = this.locks();
    return lock === undefined ? undefined : `${lock.PK} is locked for ever`;
  }

  private locks(): readonly Item[] {
    return [...this.world.budgets.keys()]
      .map((id) => this.world.table.get(`BUDGET#${id}`, 'RUNNING'))
      .filter((lock) => lock !== undefined);
  }
}

/** Whatever the clock of its worker says, a lock says no time at which the budget would wait longer than promised. */
function keptTooLong(changes: readonly Change[], now: number): string | undefined {
  for (const { after } of changes) {
    if (after?.SK !== 'RUNNING' || after.workerUntil === undefined) continue;
    const kept = Date.parse(String(after.workerUntil)) - now;
    if (kept > LONGEST_KEPT_MS) return `${after.PK} is kept for ${kept / 60_000} minutes`;
  }
  return undefined;
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
