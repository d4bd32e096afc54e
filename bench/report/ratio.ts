/** Ratios of two things that are measured in turns, so that whatever else the machine does slows both. */

export interface Spread {
  /** The median. */
  readonly value: number;
  readonly spread: { readonly low: number; readonly high: number; readonly runs: number };
}

export interface Pair {
  readonly ratio: Spread;
  /** Medians of what was measured, in the unit in which it was. */
  readonly subject: number;
  readonly floor: number;
}

/** So many at least, for a median that one odd run cannot move. */
const ROUNDS = 9;

/**
 * Measures both once to warm them up, then in turns, now one first, now the other.
 *
 * @param pair.subject answers what it measured: milliseconds, or bytes, as `pair.floor` does.
 */
export async function paired(pair: {
  readonly subject: () => number | Promise<number>;
  readonly floor: () => number | Promise<number>;
  readonly rounds?: number;
}): Promise<Pair> {
  await pair.floor();
  await pair.subject();
  const subjects: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < (pair.rounds ?? ROUNDS); round += 1) {
    if (round % 2 === 0) subjects.push(await pair.subject());
    floors.push(await pair.floor());
    if (round % 2 === 1) subjects.push(await pair.subject());
  }
  return {
    ratio: spreadOf(subjects.map((subject, round) => subject / (floors[round] ?? Number.NaN))),
    subject: median(subjects),
    floor: median(floors),
  };
}

/** Measures one thing so often after one time to warm it up. */
export async function repeated(
  subject: () => number | Promise<number>,
  rounds: number,
): Promise<Spread> {
  await subject();
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) values.push(await subject());
  return spreadOf(values);
}

/** @returns how many milliseconds it took. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @throws RangeError without values. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('Nothing was measured');
  return {
    value: median(values),
    spread: { low: Math.min(...values), high: Math.max(...values), runs: values.length },
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Between two values by how near each is, as spreadsheets do it. @param share from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
