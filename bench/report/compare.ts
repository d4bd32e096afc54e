import type { Figure } from './report.ts';

/** A figure against what is wanted of it, and against the one in the baseline. */

export type Verdict = 'new' | 'same' | 'better' | 'worse' | 'not compared';

/** What may lie between two runs of the same code, as a share of the baseline's figure. */
const SLACK = { counted: 0.02, ratio: 0.25 } as const;

export function verdictOn(now: Figure, before: Figure | undefined): Verdict {
  if (before === undefined) return 'new';
  if (now.kind === 'time') return 'not compared';
  const slack = Math.abs(before.value) * SLACK[now.kind];
  const growth = now.value - before.value;
  if (Math.abs(growth) <= slack) return 'same';
  return growth > 0 === moreIsBetter(now) ? 'better' : 'worse';
}

/** True where nothing is wanted of it. */
export function isMet({ value, wanted }: Figure): boolean {
  if (wanted === undefined) return true;
  return 'atMost' in wanted ? value <= wanted.atMost : value >= wanted.atLeast;
}

/**
 * A figure that somebody has to look at: worse than the baseline, or one that met what is wanted there and does not
 * here. Times are those of a machine, so theirs are shown and never held against the code.
 */
export function isSetback(now: Figure, before: Figure | undefined): boolean {
  if (verdictOn(now, before) === 'worse') return true;
  const metBefore = before === undefined || isMet(before);
  return now.kind !== 'time' && metBefore && !isMet(now);
}

/** Where nothing is wanted, the unit tells: what is carried a second is no cost. */
function moreIsBetter({ wanted, unit }: Figure): boolean {
  return wanted === undefined ? unit === 'jobs/s' : 'atLeast' in wanted;
}
