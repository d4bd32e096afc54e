import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '../../functions/domain/job.ts';
import { endJob } from '../../functions/domain/transitions.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { at, context, created } from '../domain/builders.ts';
import { LateTable } from '../simulation/table/late-table.ts';
import type { Answer } from '../simulation/table/memory-table.ts';

/** What readers are shown who come while a job or its end is committed: queries may see a part of it. */

/** Readers see the job itself at once, and what is written with it when the first of them has been answered. */
class CommittingTable extends LateTable {
  queries = 0;

  constructor() {
    let moment = 0;
    super({
      now: () => moment,
      ofItems: (count) => Array.from({ length: count }, (_, index) => (index < 2 ? 0 : 1)),
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
}

let table: CommittingTable;
let store: JobStore;
let ended: JobRecord;

beforeEach(async () => {
  table = new CommittingTable();
  store = new JobStore({ client: table, tableName: 't', now: () => at(0) });
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

describe('a job that ends at this moment', () => {
  it('is shown with its steps ended', async () => {
    expect(await store.get(ended.job.id)).toEqual(ended);
  });

  it('is shown with its steps ended together with what it works on, too', async () => {
    expect(await store.whole(ended.job.id)).toEqual(ended);
  });

  it('is shown with its whole history', async () => {
    const history = await store.history(ended.job.id);
    expect(history?.events).toHaveLength(ended.job.version);
  });

  it('is read once when it is seen whole', async () => {
    await store.get(ended.job.id);
    table.queries = 0;
    await store.get(ended.job.id);
    await store.history(ended.job.id);
    expect(table.queries).toBe(2);
  });
});
