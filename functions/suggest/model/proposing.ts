import { nameOfCategory, quoted } from '../quoting.ts';

/**
 * How far a language model is trusted. What it calls sure is right less often than it says, and a stranger's text may
 * have talked it into it: so no more than a little over half, which nobody applies unseen.
 */
const SURE = [0.6, 0.2, 0.1] as const;
const NOT_SURE = [0.3, 0.2, 0.1] as const;

/** Confidences of a model's choices, best first. */
export function confidencesOf(sure: boolean): readonly number[] {
  return sure ? SURE : NOT_SURE;
}

/** In our words: what a model says of its reasons is not known to be true, and may be a stranger's text. */
export function reasonFor(payee: string, category: string): string {
  return `A language model puts ${quoted(payee)} under ${nameOfCategory(category)}; past transactions say too little`;
}
