import { budgetId, epochSecondsAfter } from '../../functions/domain/ids.ts';
import type {
  Keeping,
  KeptSuggestion,
  Proposal,
  Suggestion,
} from '../../functions/domain/suggestion.ts';
import { proposedChanges, transactionsOf } from '../../functions/steps/proposed-changes.ts';
import { type Meter, meter } from '../../functions/store/meter.ts';
import { at, uuid } from '../../test/domain/builders.ts';
import { type Engine, startEngine } from '../../test/store/engine.ts';
import { extractOf, rowsOf } from '../budget/rows.ts';
import { type Pair, paired, timed } from '../report/ratio.ts';
import { packedExtract, proposalsFrom } from './proposing.ts';
import { bareBatches, bareTransactions, runningIn } from './table.ts';

const HOME = budgetId(uuid(0xb1));
const NOW = at(10_000);
const TABLE = { product: 'Product', transactions: 'Transactions', batches: 'Batches' } as const;
const ROUNDS = 9;
const PENDING_DAYS = 90;
const KEEPING: Keeping = { pendingDays: PENDING_DAYS, retentionDays: 30 };
/** Another one each round: other numbers alone would be no change. */
const WORDS = ['once', 'twice', 'thrice'] as const;

/** What it takes to store proposals of which so many changed. */
export interface Stored {
  readonly changed: number;
  readonly calls: number;
  readonly writeUnits: number;
  /** Of bare transactions, and of bare batches, of the same items. */
  readonly transactionUnits: number;
  readonly batchUnits: number;
  /** Against bare transactions, and against bare batches; undefined where there is nothing to write. */
  readonly againstTransactions: Pair | undefined;
  readonly againstBatches: Pair | undefined;
  /** The product's milliseconds where nothing changed. */
  readonly comparing: number;
}

/** Stores the usual budget's proposals, then again with so many of them changed. */
export async function storeChanges(changes: readonly number[]): Promise<readonly Stored[]> {
  const engine = await startEngine();
  try {
    const proposing = await Proposing.open(engine);
    const stored: Stored[] = [];
    for (const changed of changes) stored.push(await proposing.measure(changed));
    return stored;
  } finally {
    await engine.stop();
  }
}

class Proposing {
  private readonly engine: Engine;
  private readonly consumption: Meter;
  private readonly running: Awaited<ReturnType<typeof runningIn>>;
  private readonly proposals: readonly Proposal[];
  private readonly transactionOf = transactionsOf(extractOf(rowsOf()));
  private existing: readonly KeptSuggestion[] = [];
  private reasons: ReadonlyMap<string, string> = new Map();
  private round = 0;

  private constructor(
    engine: Engine,
    running: Awaited<ReturnType<typeof runningIn>>,
    proposals: readonly Proposal[],
  ) {
    this.engine = engine;
    this.running = running;
    this.proposals = proposals;
    this.consumption = meter(engine.client);
  }

  static async open(engine: Engine): Promise<Proposing> {
    const running = await runningIn(engine, TABLE.product, HOME, () => NOW);
    for (const name of [TABLE.transactions, TABLE.batches]) {
      await runningIn(engine, name, HOME, () => NOW);
    }
    const { proposals } = await proposalsFrom(await packedExtract({}));
    const opened = new Proposing(engine, running, proposals);
    const put = await opened.store(proposals);
    await bareTransactions(engine, TABLE.transactions, put);
    await bareBatches(engine, TABLE.batches, put);
    opened.note(await running.store.all(HOME));
    return opened;
  }

  async measure(changed: number): Promise<Stored> {
    this.consumption.take();
    const proposals = this.next(changed);
    let put: readonly Suggestion[] = [];
    const comparing = await timed(async () => {
      put = await this.store(proposals);
    });
    const own = this.consumption.take();
    await bareTransactions(this.engine, TABLE.transactions, put);
    const transactionUnits = this.consumption.take().writeUnits;
    await bareBatches(this.engine, TABLE.batches, put);
    const batchUnits = this.consumption.take().writeUnits;
    this.note(put);
    return {
      changed: put.length,
      calls: Object.values(own.calls).reduce((sum, calls) => sum + calls, 0),
      writeUnits: own.writeUnits,
      transactionUnits,
      batchUnits,
      againstTransactions: await this.against(put, TABLE.transactions, bareTransactions),
      againstBatches: await this.against(put, TABLE.batches, bareBatches),
      comparing,
    };
  }

  private async against(
    put: readonly Suggestion[],
    tableName: string,
    write: typeof bareTransactions,
  ): Promise<Pair | undefined> {
    if (put.length === 0) return undefined;
    let written = put;
    return paired({
      rounds: ROUNDS,
      subject: async () => {
        const proposals = this.next(put.length);
        const taken = await timed(async () => {
          written = await this.store(proposals);
        });
        this.note(written);
        return taken;
      },
      floor: () => timed(() => write(this.engine, tableName, written)),
    });
  }

  /** The proposals as they are stored, but so many of them with another reason. */
  private next(changed: number): readonly Proposal[] {
    this.round += 1;
    return this.proposals.map((proposal, place) => {
      const stored = this.reasons.get(proposal.transactionId) ?? proposal.reason;
      const reason =
        place < changed ? `${proposal.reason}, ${WORDS[this.round % WORDS.length]}` : stored;
      return { ...proposal, reason };
    });
  }

  /** Compares proposals with what is there, and writes what changed, as a job does. @returns what was written. */
  private async store(proposals: readonly Proposal[]): Promise<readonly Suggestion[]> {
    const { existing, transactionOf } = this;
    const changes = proposedChanges({
      budgetId: HOME,
      existing,
      proposals,
      transactionOf,
      candidates: proposals.map((one) => one.transactionId),
      reopenRejected: false,
      keeping: KEEPING,
      now: NOW,
    });
    if (changes.put.length + changes.remove.length > 0) {
      const { kind } = await this.running.store.write(changes, this.running.fence);
      if (kind === 'not_running') throw new Error('The job that stores does not run any more');
    }
    return changes.put;
  }

  /** Knows what was written without reading it: reading is not what is measured. */
  private note(written: readonly Suggestion[]): void {
    const known = new Map(this.existing.map((one) => [one.transactionId, one]));
    for (const one of written) {
      const expiresAt = epochSecondsAfter(one.updatedAt, PENDING_DAYS);
      known.set(one.transactionId, { ...one, expiresAt });
    }
    this.existing = [...known.values()];
    this.reasons = new Map(this.existing.map((one) => [one.transactionId, one.reason]));
  }
}
