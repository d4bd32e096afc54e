import type { QueryCommandInput, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '../../functions/domain/job.ts';
import { endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { HistoryStore } from '../../functions/store/history-store.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { at, context, created, FENCE } from '../domain/builders.ts';
import { LateTable } from '../simulation/table/late-table.ts';
import type { Answer } from '../simulation/table/memory-table.ts';

/** What readers are shown who come while a job or its end is committed: queries may see a part of it. */

/** Of a transaction's items, readers see those that are late when the first of them has been answered, all others at once. */
class CommittingTable extends LateTable {
  queries = 0;
  transactions = 0;

  /** @param isLate by the place in the transaction; unless told otherwise what is written with the job, which comes second. */
  constructor(isLate = (place: number) => place >= 2) {
    let moment = 0;
    super({
      now: () => moment,
      ofItems: (count) => Array.from({ length: count }, (_, place) => (isLate(place) ? 1 : 0)),
      ofIndexes: () => 0,
    });
    this.answered = () => {
      moment += 1;
    };
  }

  private readonly answered: () => void;

  override query(input: QueryCommandInput): Answer {
    const answer = super.query(input);
    this.queries += 1;
    this.answered();
    return answer;
  }

  override transact(input: TransactWriteCommandInput): void {
    this.transactions += 1;
    super.transact(input);
  }
}

let table: CommittingTable;
let store: JobStore;
let histories: HistoryStore;
let ended: JobRecord;

beforeEach(async () => {
  table = new CommittingTable();
  const options = { client: table, tableName: 't', now: () => at(0) };
  store = new JobStore(options);
  histories = new HistoryStore(options);
  const creation = created({ type: 'sync_and_suggest' });
  await store.create({ change: creation });
  await store.get(creation.record.job.id);
  // The first two items are its place in line and the job itself.
  const change = endJob(creation.record, { status: 'canceled' }, context(1));
  await store.cancel(change);
  ended = change.record;
  table.queries = 0;
});

it('a job that is made at this moment is shown with all of its steps', async () => {
  const client = new CommittingTable();
  const fresh = new JobStore({ client, tableName: 't', now: () => at(0) });
  const creation = created({ type: 'sync_and_suggest' });
  await fresh.create({ change: creation });
  expect(await fresh.get(creation.record.job.id)).toEqual(creation.record);
});

it('a job whose step begins at this moment is shown with that step running', async () => {
  const client = new CommittingTable();
  const fresh = new JobStore({ client, tableName: 't', now: () => at(0) });
  const creation = created({ type: 'sync_and_suggest' });
  const started = startJob(creation.record, context(1));
  const begun = startStep(started.record, 1, context(2));
  await fresh.create({ change: creation });
  await fresh.claim(started, { ...FENCE, workerId: null, workerUntil: null, sending: false });
  await fresh.get(FENCE.jobId);
  await fresh.beginStep(begun, FENCE, at(1_000));
  expect(await fresh.get(FENCE.jobId)).toEqual(begun.record);
});

it('a history is shown without a gap, also where the last of it is seen before the job', async () => {
  let isLate = (_place: number) => false;
  const client = new CommittingTable((place) => isLate(place));
  const options = { client, tableName: 't', now: () => at(0) };
  const fresh = new JobStore(options);
  const creation = created({ type: 'sync_and_suggest' });
  await fresh.create({ change: creation });
  // The job, and the second of the three events that follow its place in line and its two steps.
  isLate = (place) => place === 1 || place === 5;
  await fresh.cancel(endJob(creation.record, { status: 'canceled' }, context(1)));
  const history = await new HistoryStore(options).history(creation.record.job.id);
  expect(history?.events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
});

describe('a job that ends at this moment', () => {
  it('is shown with its steps ended', async () => {
    expect(await store.get(ended.job.id)).toEqual(ended);
  });

  it('is shown with its steps ended together with what it works on, too', async () => {
    expect(await store.whole(ended.job.id)).toEqual(ended);
  });

  it('is shown with its whole history', async () => {
    const history = await histories.history(ended.job.id);
    expect(history?.events).toHaveLength(ended.job.version);
  });

  it('is read once when it is seen whole, and nothing is checked by a write', async () => {
    await store.get(ended.job.id);
    [table.queries, table.transactions] = [0, 0];
    await store.get(ended.job.id);
    await histories.history(ended.job.id);
    expect([table.queries, table.transactions]).toEqual([2, 0]);
  });
});
