import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { CELLS, clockIdOf, filesOf, withDatabase, withMetadata } from './archives.ts';
import { type Known, knownBudgets } from './known-budgets.ts';

/** The next time that a budget is read: its snapshot is opened and brought up to date. */

const known = knownBudgets();
/** As it was downloaded first. */
let first: Known;

beforeAll(async () => {
  first = await known.created({ do: 'add', transactions: 300 }, { do: 'reset' });
});

const exchanges = () => known.reader.exchanges();

/** No cell of a budget has more: whoever computed it would notice. */
const PLANTED = 123_456_789;
const PLANT_CELL = `UPDATE kvcache SET value = '${PLANTED}' WHERE key = (
  SELECT key FROM kvcache WHERE key LIKE '%!total-income' ORDER BY key LIMIT 1)`;

async function withCells(archive: Uint8Array, sql: string): Promise<Uint8Array> {
  return (await withDatabase(archive, (db) => db.exec(sql), CELLS)).archive;
}

async function hasPlantedCell(archive: Uint8Array): Promise<boolean> {
  const count = 'SELECT COUNT(*) FROM kvcache WHERE value = ?';
  const { result } = await withDatabase(
    archive,
    (db) => db.prepare(count).pluck().get(String(PLANTED)),
    CELLS,
  );
  return result === 1;
}

describe('a warm start', () => {
  it('gives what a full download gives, and asks only for what changed', async () => {
    await known.byHand(first.budgetId, { do: 'add', transactions: 3 });
    const warm = await known.reader.fetch({ budgetId: first.budgetId, archive: first.archive });
    const asked = await exchanges();
    const full = await known.reader.fetch({ budgetId: first.budgetId });

    expect(warm.downloaded).toBe(false);
    expect(warm.extract).toEqual(full.extract);
    expect(warm.extract.transactions.id).toHaveLength(first.extract.transactions.id.length + 3);
    expect(asked.map(({ path }) => path)).toEqual(['/sync/sync']);
    const bytes = asked.reduce((sum, one) => sum + one.sentBytes + one.receivedBytes, 0);
    expect(bytes).toBeLessThan(20_000);
  });

  it('takes over the cells that the library computed the last time', async () => {
    const archive = await withCells(first.archive, PLANT_CELL);
    const warm = await known.reader.fetch({ budgetId: first.budgetId, archive });
    expect(await hasPlantedCell(warm.archive)).toBe(true);
  });

  it('has the cells computed anew when they are not those of the database', async () => {
    const others = 'UPDATE kvcache_key SET key = key + 1';
    const archive = await withCells(first.archive, `${PLANT_CELL}; ${others}`);
    const warm = await known.reader.fetch({ budgetId: first.budgetId, archive });
    expect(warm.downloaded).toBe(false);
    expect(await hasPlantedCell(warm.archive)).toBe(false);
  });

  it('goes without cells', async () => {
    const { [CELLS]: _, ...files } = filesOf(first.archive);
    const warm = await known.reader.fetch({ budgetId: first.budgetId, archive: zipSync(files) });
    expect(warm.downloaded).toBe(false);
  });

  it('has a clock of its own each time', async () => {
    const one = await known.reader.fetch({ budgetId: first.budgetId, archive: first.archive });
    const two = await known.reader.fetch({ budgetId: first.budgetId, archive: first.archive });
    const ids = await Promise.all([first, one, two].map(({ archive }) => clockIdOf(archive)));
    expect(new Set(ids).size).toBe(3);
  });

  it('uploads nothing whole, however old the snapshot', async () => {
    const archive = withMetadata(first.archive, { lastUploaded: '2020-01-01' });
    await known.reader.fetch({ budgetId: first.budgetId, archive });
    expect((await exchanges()).map(({ path }) => path)).toEqual(['/sync/sync']);
  });
});
