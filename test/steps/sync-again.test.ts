import { beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord, JobWarning, Work } from '../../functions/domain/job.ts';
import { syncStep } from '../../functions/steps/sync.ts';
import { at, FENCE, newRecord } from '../domain/builders.ts';
import { begin, ports, world } from './syncing.ts';

/** A job that has synced comes here once more where its suggestions could not read the extract. */

const WARNING = { code: 'BANK_TIMED_OUT', message: 'The bank did not answer in time.', count: 1 };

/** The job after its own sync, which has reported. */
function synced(work: Work, warnings?: readonly JobWarning[]): JobRecord {
  const { job, steps } = newRecord(work);
  const counts = { newTransactions: 5, removed: 12 };
  return {
    job: { ...job, metadata: { ...job.metadata, counts, ...(warnings && { warnings }) } },
    steps: steps.map((step) => ({ ...step, status: 'succeeded' })),
  };
}

const again = (work: Work, warnings?: readonly JobWarning[]) =>
  syncStep(ports)({ record: synced(work, warnings), fence: FENCE, now: () => at(30) });

beforeEach(begin);

describe('a second sync in the same job', () => {
  it('asks no bank once more', async () => {
    await again({ type: 'sync_and_suggest', bankSync: true });
    expect(world.done).not.toContain('bank sync');
  });

  it('keeps what the banks refused before', async () => {
    const { warnings } = await again({ type: 'sync_and_suggest', bankSync: true }, [WARNING]);
    expect(warnings).toEqual([WARNING]);
  });

  it('warns of nothing where the first did not', async () => {
    const { warnings } = await again({ type: 'sync_and_suggest' });
    expect(warnings).toEqual([]);
  });

  it.each(['newTransactions', 'removed'])('leaves the count of %s as it was', async (count) => {
    const { counts } = await again({ type: 'sync_and_suggest', fullResync: true });
    expect(counts).not.toHaveProperty(count);
  });
});
