/** What is kept of a run of mutants (baseline.json), and how another run compares with it. */

/** A change to the product's source, and whether the tests noticed it. */
export interface Mutant {
  /** Path in the repository. */
  readonly file: string;
  /** The line where the changed text begins, without its indentation. */
  readonly line: string;
  readonly original: string;
  readonly replacement: string;
  /** Undefined where it means nothing: the mutant could not run at all. */
  readonly noticed: boolean | undefined;
}

/** A mutant that no test can notice: the program does the same. */
export interface Equivalent extends Omit<Mutant, 'noticed'> {
  readonly reason: string;
}

export interface Count {
  readonly noticed: number;
  /** Without the equivalent ones. */
  readonly of: number;
}

export interface Baseline {
  /** Percent of all mutants that are not equivalent, rounded down to hundredths. */
  readonly score: number;
  readonly files: Readonly<Record<string, Count>>;
  /** The closed list of those that are taken out of the count. */
  readonly equivalent: readonly Equivalent[];
}

/** What the score must not be under, whatever the baseline says; percent. */
export const LEAST = 95;

export interface Judgement {
  readonly baseline: Baseline;
  /** Mutants that nobody noticed, and that are not on the list. */
  readonly survivors: readonly Mutant[];
  /** Why the run is not good enough; none when it is. */
  readonly complaints: readonly string[];
}

/**
 * Compares a run with the baseline. Files that were not part of the run count as they did before.
 *
 * @param mutants all of the files of the run.
 */
export function judged(mutants: readonly Mutant[], before: Baseline): Judgement {
  const isListed = (mutant: Mutant) => before.equivalent.some((one) => isSame(one, mutant));
  const meant = mutants.filter(({ noticed }) => noticed !== undefined);
  const counted = meant.filter((mutant) => mutant.noticed || !isListed(mutant));
  const files = { ...before.files, ...countedByFile(counted) };
  const baseline = { score: scoreOf(Object.values(files)), files, equivalent: before.equivalent };
  const run = new Set(mutants.map(({ file }) => file));
  return {
    baseline,
    survivors: counted.filter(({ noticed }) => !noticed),
    complaints: [
      ...(baseline.score < LEAST ? [`The score is ${baseline.score} %, under ${LEAST} %.`] : []),
      ...(baseline.score < before.score
        ? [`The score is ${baseline.score} %, under the ${before.score} % of the baseline.`]
        : []),
      ...before.equivalent
        .filter(({ file }) => run.has(file))
        .filter((one) => !meant.some((mutant) => !mutant.noticed && isSame(one, mutant)))
        .map(({ file, line }) => `Listed as equivalent, but gone or noticed: ${file}: ${line}`),
    ],
  };
}

function isSame(one: Omit<Mutant, 'noticed'>, other: Omit<Mutant, 'noticed'>): boolean {
  return (
    one.file === other.file &&
    one.line === other.line &&
    one.original === other.original &&
    one.replacement === other.replacement
  );
}

function countedByFile(mutants: readonly Mutant[]): Record<string, Count> {
  const files: Record<string, Count> = {};
  for (const { file, noticed } of mutants) {
    const count = files[file] ?? { noticed: 0, of: 0 };
    files[file] = { noticed: count.noticed + (noticed ? 1 : 0), of: count.of + 1 };
  }
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function scoreOf(counts: readonly Count[]): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const of = sum(counts.map((count) => count.of));
  const noticed = sum(counts.map((count) => count.noticed));
  return of === 0 ? 0 : Math.floor((noticed / of) * 10_000) / 100;
}
