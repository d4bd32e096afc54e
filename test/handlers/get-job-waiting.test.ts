import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { timestampAt } from '../../functions/domain/ids.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { JOB } from '../domain/builders.ts';
import { jobIn } from './gateway.ts';

import { failed, running, VirtualTable } from './virtual-table.ts';

let table: VirtualTable;

beforeEach(() => {
  table = new VirtualTable();
});

describe('waiting for the end of a job', () => {
  it('answers at once without being asked to wait', async () => {
    await table.got('wait=0');
    expect(table.looks).toEqual([0]);
  });

  it('answers at once for a job that has ended', async () => {
    table.record = () => failed;
    await table.got('wait=20');
    expect(table.looks).toEqual([0]);
  });

  it.each([250, 1_300, 7_300, 19_000])(
    'answers a twentieth of the time after the end of a job that took %d ms',
    async (milliseconds) => {
      table.record = (now) => (now < milliseconds ? running : failed);
      expect(jobIn(await table.got('wait=20')).status).toBe('failed');
      expect(table.milliseconds).toBeGreaterThanOrEqual(milliseconds);
      expect(table.milliseconds).toBeLessThanOrEqual(
        milliseconds + Math.max(50, milliseconds / 20),
      );
    },
  );

  it('answers with the job as it is when the time is over, after a last look', async () => {
    expect(jobIn(await table.got('wait=5')).status).toBe('running');
    expect(table.looks.at(-1)).toBe(5_000);
  });

  it('looks seldom enough', async () => {
    await table.got('wait=20');
    expect(table.looks.length).toBeLessThanOrEqual(85);
  });

  it('looks once a second after a job that has run for long already', async () => {
    const startedAt = Date.parse(String(running.job.startedAt));
    table.milliseconds = startedAt + 60_000;
    await table.got('wait=20');
    expect(table.looks).toHaveLength(21);
  });

  it('looks often at a job that has just begun, however long it waited in line', async () => {
    const begun = Date.parse(String(running.job.startedAt));
    const createdAt = timestampAt(begun - 600_000);
    table.milliseconds = begun;
    table.record = (now) =>
      now < begun + 300 ? { ...running, job: { ...running.job, createdAt } } : failed;
    await table.got('wait=20');
    expect(table.milliseconds).toBeLessThanOrEqual(begun + 350);
  });

  it('leaves itself time to answer', async () => {
    expect((await table.got('wait=20', JOB, 10_000)).status).toBe(200);
    expect(table.milliseconds).toBe(7_000);
  });

  it('looks once when there is no time at all', async () => {
    expect((await table.got('wait=20', JOB, 2_000)).status).toBe(200);
    expect(table.looks).toEqual([0]);
  });

  it('goes on waiting over looks that the table does not answer: an end that is being committed may be seen in part', async () => {
    table.record = (now) => {
      if (now >= 1_000 && now < 1_400) throw new StoreUnavailableError({ cause: undefined });
      return now < 1_000 ? running : failed;
    };
    expect(jobIn(await table.got('wait=20')).status).toBe('failed');
  });

  it('goes on waiting while a job is seen to have ended and its step is not', async () => {
    const { steps } = running;
    table.record = (now) => {
      if (now >= 1_400) return failed;
      return now < 1_000 ? running : { ...failed, steps };
    };
    const { body } = await table.got('wait=20');
    expect(body).toMatchObject({ job: { status: 'failed' }, steps: [{ status: 'failed' }, {}] });
  });

  it('gives a job that has ended as it is seen when the time is over', async () => {
    const { steps } = running;
    table.record = () => ({ ...failed, steps });
    expect(jobIn(await table.got('wait=5')).status).toBe('failed');
    expect(table.looks.at(-1)).toBe(5_000);
  });

  it('says 503 where the table does not answer the last look either', async () => {
    table.record = (now) => {
      if (now > 0) throw new StoreUnavailableError({ cause: undefined });
      return running;
    };
    expect((await table.got('wait=5')).status).toBe(503);
    expect(table.milliseconds).toBe(5_000);
  });

  it('says 404 for a job that goes while it waits', async () => {
    table.record = (now) => (now < 1_000 ? running : undefined);
    expect((await table.got('wait=20')).status).toBe(404);
  });
});
