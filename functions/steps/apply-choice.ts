import { type JobId, type SuggestionId, type Timestamp, transactionOf } from '../domain/ids.ts';
import { isWithdrawn } from '../domain/review.ts';
import type { Suggestion } from '../domain/suggestion.ts';

/** Which suggestions a job is to apply, and which it or a job before it has applied already. */
export type Choice =
  | {
      readonly kind: 'chosen';
      readonly toApply: readonly Suggestion[];
      readonly done: readonly Suggestion[];
      /** How many of those that were named are not there any more. */
      readonly gone: number;
    }
  | { readonly kind: 'refused'; readonly detail: string };

export interface ApplyRequest {
  /** Named suggestions; without them everything approved. */
  readonly ids: readonly SuggestionId[] | undefined;
  /**
   * Pending ones whose first proposal is at least this sure are chosen too. Not those of a language model: texts of
   * strangers speak to it, so a person looks first.
   */
  readonly minConfidence: number | undefined;
  /** The job itself and the jobs that it repeats. */
  readonly ownJobs: ReadonlySet<JobId>;
  /**
   * Since when a worker of the job, or of one that it repeats, may have sent something: what was rejected since may be in the
   * budget. Undefined where none has.
   */
  readonly sentSince: Timestamp | undefined;
}

/** Ids shown of each kind; a failure is read by people. */
const IDS_SHOWN = 10;
/**
 * As Actual makes them, and most programs. Whatever else has been given for an id is counted alone: it would be told in mails and
 * events, and be an address to be followed or a word of somebody's budget there.
 */
const SHOWN = /^[\w-]+(?:\/[\w-]+)?\.\d+$/;

/**
 * Chooses by name or by status. Naming one is approving it as it is, unless it was rejected. One name that cannot be
 * applied refuses them all: the caller meant something else than what is there. But what was rejected, or marked as applied by a job
 * that found it in the budget, once the job had begun to send refuses nothing, nor what is gone or replaced by then: the others may be in the
 * budget. Without names what was rejected since is chosen too: in the budget, it counts as applied. What a job has withdrawn was never sent.
 */
export function chooseSuggestions(
  existing: readonly Suggestion[],
  { ids, minConfidence, ownJobs, sentSince }: ApplyRequest,
): Choice {
  const isOwn = ({ appliedBy }: Suggestion) => appliedBy !== null && ownJobs.has(appliedBy);
  const isSince = ({ updatedAt }: Suggestion) => sentSince !== undefined && updatedAt >= sentSince;
  if (ids === undefined) {
    const isWanted = (one: Suggestion) =>
      one.status === 'approved' ||
      (one.status === 'rejected' && isSince(one) && !isWithdrawn(one)) ||
      (one.status === 'pending' &&
        one.proposedBy === 'history' &&
        minConfidence !== undefined &&
        one.proposals[0].confidence >= minConfidence);
    return {
      kind: 'chosen',
      toApply: existing.filter(isWanted),
      done: existing.filter(isOwn),
      gone: 0,
    };
  }
  const isRepeat = sentSince !== undefined;
  const byTransaction = new Map(existing.map((one) => [one.transactionId, one]));
  const named = ids.map((id) => ({ id, found: byTransaction.get(transactionOf(id)) }));
  const unknown = named.filter(({ id, found }) => found?.id !== id).map(({ id }) => id);
  const known = named.flatMap(({ id, found }) => (found?.id === id ? [found] : []));
  const rejected = known
    .filter(({ status }) => status === 'rejected' && !isRepeat)
    .map(({ id }) => id);
  const applied = known
    .filter((one) => one.status === 'applied' && !isOwn(one) && !isSince(one))
    .map(({ id }) => id);
  if ((isRepeat ? 0 : unknown.length) + rejected.length + applied.length > 0) {
    const detail = [
      listed('Not known, or replaced by newer ones', unknown),
      listed('Rejected', rejected),
      listed('Applied by another job', applied),
    ];
    return { kind: 'refused', detail: detail.filter((text) => text !== '').join(' ') };
  }
  return {
    kind: 'chosen',
    toApply: known.filter(({ status }) => status !== 'applied'),
    done: known.filter(isOwn),
    gone: unknown.length,
  };
}

function listed(what: string, ids: readonly SuggestionId[]): string {
  if (ids.length === 0) return '';
  const shown = ids.filter((id) => SHOWN.test(id)).slice(0, IDS_SHOWN);
  const others = ids.length - shown.length;
  if (shown.length === 0) return `${what}: ${others}, with ids that are not said here.`;
  return `${what}: ${shown.join(', ')}${others > 0 ? ` and ${others} more` : ''}.`;
}
