import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetId, type JobId } from '../../functions/domain/ids.ts';
import type { ScheduledOptions } from '../../functions/domain/job.ts';
import {
  BusyScheduleError,
  runSchedule,
  type SchedulePorts,
} from '../../functions/jobs/schedule.ts';
import { at, uuid } from '../domain/builders.ts';
import { alike, FakeSchedules } from './fake-schedules.ts';
import { countingIds } from './ids.ts';

const HOME = budgetId(uuid(0xb1));
const NIGHTLY = { bankSync: true, applyAtConfidence: 0.9 } as const;

function setUp() {
  const schedules = new FakeSchedules();
  const ports: SchedulePorts = {
    schedules,
    jobs: schedules,
    now: () => at(0),
    ...countingIds(0x500),
  };
  const deliver = (time: number | string, asked: ScheduledOptions = NIGHTLY) =>
    runSchedule(ports, {
      key: String(time),
      budgetId: HOME,
      work: { type: 'scheduled_sync_and_suggest', ...asked },
      requestedBy: 'schedule/nightly',
    });
  return { schedules, deliver };
}

describe('a scheduled time', () => {
  it('gets a job that says where it came from and what was asked for', async () => {
    const { schedules, deliver } = setUp();
    const { kind, jobId } = await deliver(1);
    expect(kind).toBe('created');
    expect(schedules.records.get(jobId)).toMatchObject({
      job: {
        type: 'scheduled_sync_and_suggest',
        status: 'queued',
        metadata: {
          trigger: 'schedule',
          requestedBy: 'schedule/nightly',
          bankSync: true,
          applyAtConfidence: 0.9,
        },
      },
      steps: [{ stepType: 'sync' }, { stepType: 'suggestions' }],
    });
  });

  it('that is delivered again names the same job, whatever became of it', async () => {
    const { schedules, deliver } = setUp();
    const { jobId } = await deliver(1);
    schedules.goOn();
    schedules.goOn();
    expect(await deliver(1)).toEqual({ kind: 'repeated', jobId });
    expect(schedules.records.size).toBe(1);
  });

  it('is skipped while the scheduled job before it waits in line', async () => {
    const { deliver } = setUp();
    const { jobId } = await deliver(1);
    expect(await deliver(2)).toEqual({ kind: 'skipped', jobId });
  });

  it('stays skipped when it is delivered again after that job has started', async () => {
    const { schedules, deliver } = setUp();
    const { jobId } = await deliver(1);
    await deliver(2);
    schedules.goOn();
    expect(await deliver(2)).toEqual({ kind: 'repeated', jobId });
    expect(schedules.records.size).toBe(1);
  });

  it('is not skipped because of one that runs', async () => {
    const { schedules, deliver } = setUp();
    await deliver(1);
    schedules.goOn();
    expect((await deliver(2)).kind).toBe('created');
  });

  it('is not skipped because of one that is gone', async () => {
    const { schedules, deliver } = setUp();
    await deliver(1);
    schedules.records.clear();
    expect((await deliver(2)).kind).toBe('created');
  });

  it('is skipped because of one that waits, although it was not found at first', async () => {
    const { schedules, deliver } = setUp();
    const { jobId } = await deliver(1);
    const { get } = schedules;
    schedules.get = async () => {
      schedules.get = get;
      return undefined;
    };
    expect(await deliver(2)).toEqual({ kind: 'skipped', jobId });
  });

  it('is not skipped because of one that does not do what it asks for', async () => {
    const { schedules, deliver } = setUp();
    await deliver('hourly', {});
    expect((await deliver('nightly')).kind).toBe('created');
    expect((await deliver('sunday', { ...NIGHTLY, fullResync: true })).kind).toBe('created');
    expect((await deliver('an hour later', {})).kind).toBe('skipped');
    expect((await deliver('a day later')).kind).toBe('skipped');
    expect(schedules.records.size).toBe(3);
  });

  it('gets a job when the one before it starts just as it is to be skipped', async () => {
    const { schedules, deliver } = setUp();
    await deliver(1);
    schedules.beforeWrite = () => {
      schedules.beforeWrite = () => {};
      schedules.goOn();
    };
    expect((await deliver(2)).kind).toBe('created');
  });

  it('stays answered for 16 days, by itself: nothing else belongs to it', async () => {
    const { schedules, deliver } = setUp();
    const requests: unknown[] = [];
    const { create } = schedules;
    schedules.create = async (creation) => {
      requests.push(creation.request);
      return create.call(schedules, creation);
    };
    await deliver(1);
    expect(requests).toEqual([{ key: '1', bodyHash: '', seconds: 16 * 24 * 60 * 60 }]);
  });

  it('asks for no job where none came before', async () => {
    const { schedules, deliver } = setUp();
    schedules.get = async () => {
      throw new Error('No job is asked for');
    };
    expect((await deliver(1)).kind).toBe('created');
  });

  it('that cannot be answered says so', () => {
    const error = new BusyScheduleError();
    expect(error.name).toBe('BusySchedule');
    expect(error.message).toContain('again and again');
  });

  it('gives up, loudly, when others come in between again and again', async () => {
    const { schedules, deliver } = setUp();
    let others = 0;
    schedules.beforeWrite = () => {
      schedules.lastIds.set(alike(NIGHTLY), countingIds(0x900 + others++).newJobId());
    };
    await expect(deliver(1)).rejects.toThrow(BusyScheduleError);
    expect(others).toBe(10);
  });
});

describe('deliveries, however often and in whatever order they come', () => {
  const deliveries = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
      { weight: 1, arbitrary: fc.constant('go on' as const) },
    ),
    { maxLength: 40 },
  );

  it('make one job a time at most, and never let two wait', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (steps) => {
        const { schedules, deliver } = setUp();
        const answers = new Map<number, JobId>();
        for (const step of steps) {
          if (step === 'go on') schedules.goOn();
          else {
            const { kind, jobId } = await deliver(step);
            expect(answers.get(step) ?? jobId).toBe(jobId);
            expect(kind === 'repeated').toBe(answers.has(step));
            answers.set(step, jobId);
          }
          const waiting = [...schedules.records.values()].filter(
            ({ job }) => job.status === 'queued',
          );
          expect(waiting.length).toBeLessThanOrEqual(1);
        }
        expect(schedules.records.size).toBe(new Set(answers.values()).size);
      }),
    );
  });

  it('at the same time too', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.scheduler(), async (steps, scheduler) => {
        const { schedules, deliver } = setUp();
        const { last } = schedules;
        schedules.last = scheduler.scheduleFunction((...of: Parameters<typeof last>) =>
          last.call(schedules, ...of),
        );
        schedules.get = scheduler.scheduleFunction(schedules.get.bind(schedules));
        const times = steps.filter((step) => step !== 'go on').slice(0, 6);
        const results = Promise.all(times.map((time) => deliver(time)));
        await scheduler.waitFor(results);
        expect(schedules.records.size).toBe(times.length === 0 ? 0 : 1);
      }),
    );
  });
});
