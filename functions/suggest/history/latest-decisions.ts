import { folded } from '../../domain/text.ts';
import type { RankedCategory } from './learner.ts';
import { type Tally, timesOf } from './past.ts';

/** A payee whose past is this much of one kind was consistent: another decision changes its kind. */
const CONSISTENT = 0.8;
/** Of a proposal that follows one decision against the past: likely, not sure. */
const FOLLOWED_CONFIDENCE = 0.7;

export interface Decided {
  readonly category: string;
  readonly verdict: 'approved' | 'corrected';
}

/**
 * What was decided lately for payees that always were of one kind: it counts for more than all their past. A payee of
 * many kinds has no such rule; there a decision is one more thing to learn from.
 */
export class LatestDecisions {
  private readonly byPayee = new Map<string, string | undefined>();

  /** @param past what the payee was before anything was decided; undefined when it was never seen. */
  add(payee: string, decided: Decided, past: Tally | undefined): void {
    const key = folded(payee);
    if (key === '' || !isConsistent(past)) return;
    // Who approves what the payee always was changes nothing that its other transactions were.
    const usual = decided.verdict === 'approved' && isUsual(past, decided.category);
    const rule = usual ? undefined : decided.category;
    const disagrees = this.byPayee.has(key) && this.byPayee.get(key) !== rule;
    this.byPayee.set(key, disagrees ? undefined : rule);
  }

  /** The category that a decision makes a rule for the payee; undefined when there is none, or decisions disagree. */
  of(payee: string): string | undefined {
    return this.byPayee.size === 0 ? undefined : this.byPayee.get(folded(payee));
  }
}

/** Puts a category first that was ranked behind, not at all, or first with little confidence; the others share what is left. */
export function withFirst(
  categories: readonly RankedCategory[],
  category: string,
  confidence = FOLLOWED_CONFIDENCE,
): readonly RankedCategory[] {
  const [first] = categories;
  if (first?.category === category && first.confidence >= confidence) return categories;
  const others = categories.filter((one) => one.category !== category);
  const sum = others.reduce((total, one) => total + one.confidence, 0);
  const scale = Math.min(1, (1 - confidence) / sum);
  return [
    { category, confidence },
    ...others
      .slice(0, 2)
      .map((one) => ({ category: one.category, confidence: one.confidence * scale })),
  ];
}

function isConsistent(past: Tally | undefined): boolean {
  return past === undefined || [...past.of.keys()].some((category) => isUsual(past, category));
}

function isUsual(past: Tally | undefined, category: string): boolean {
  return past !== undefined && timesOf(past, category) >= CONSISTENT * past.rows;
}
