import type { ScheduledOptions } from '../../functions/domain/job.ts';

/** The schedules of a simulated budget: two ask for the same, one for something else, and all meet now and then. */

interface SimulatedSchedule {
  readonly name: string;
  readonly asked: ScheduledOptions;
  /** In so many cases of one it comes at a time. */
  readonly chance: number;
}

const NIGHTLY = { bankSync: true, applyAtConfidence: 0.9 };

export const SCHEDULES: readonly SimulatedSchedule[] = [
  { name: 'one', asked: NIGHTLY, chance: 1 },
  { name: 'another', asked: NIGHTLY, chance: 0.5 },
  { name: 'weekly', asked: { fullResync: true }, chance: 0.3 },
];

/** Names a scheduled time, as its delivery and its answer do. */
export function timeOf(budgetId: string, name: string, count: number): string {
  return `${budgetId}/${name}/${count}`;
}

/** What is asked for at a scheduled time; undefined where a text names none. */
export function askedAt(time: string): ScheduledOptions | undefined {
  const [, schedule] = time.split('/');
  return SCHEDULES.find(({ name }) => name === schedule)?.asked;
}
