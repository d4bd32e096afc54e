import * as z from 'zod';
import { isLost } from './lost-answer.ts';
import type { Answer } from './put-back.ts';
import { wordingOf } from './wording.ts';

/** Calls the function that deletes a budget's data until nothing is left, and words what came of it. */

const Counts = z.object({
  jobs: z.number(),
  suggestions: z.number(),
  objects: z.number(),
  records: z.number(),
});
type Counts = z.infer<typeof Counts>;

const Forgetting = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scheduled'), schedules: z.array(z.string()) }),
  z.object({ kind: z.literal('open'), jobs: z.array(z.string()) }),
  z.object({ kind: z.literal('counted'), counts: Counts }),
  z.object({ kind: z.literal('deleted'), counts: Counts, complete: z.boolean() }),
]);

export type Forgotten = (
  | Exclude<z.infer<typeof Forgetting>, { readonly kind: 'deleted' | 'counted' }>
  | { readonly kind: 'counted' | 'deleted' }
  /** The function failed; `reason` is a code. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** A call of it came to nothing, after others or after it had begun; `reason` is a sentence. */
  | { readonly kind: 'broken-off'; readonly reason: string }
) & {
  /** Deleted so far; what there is, where it was only counted. */
  readonly counts: Counts;
};

const NOTHING: Counts = { jobs: 0, suggestions: 0, objects: 0, records: 0 };

/**
 * The last run finds nothing: what an index did not show yet to the one before is gone then, too.
 *
 * @throws what `invoke` does at its first call; after that, or where the answer to that one is lost, something may be deleted already,
 *   which is to be told.
 */
export async function forgetUntilDone(invoke: () => Promise<Answer>): Promise<Forgotten> {
  let counts = NOTHING;
  for (let calls = 0; ; calls += 1) {
    let answer: Answer;
    try {
      answer = await invoke();
    } catch (error) {
      if (calls === 0 && !isLost(error)) throw error;
      return { kind: 'broken-off', reason: wordingOf(error), counts };
    }
    if (answer.kind === 'failed') return { ...answer, counts };
    const forgetting = Forgetting.parse(answer.payload);
    if (forgetting.kind !== 'deleted') return { counts, ...forgetting };
    counts = sum(counts, forgetting.counts);
    if (forgetting.complete && Object.values(forgetting.counts).every((count) => count === 0)) {
      return { kind: 'deleted', counts };
    }
  }
}

export function linesOf(
  budgetId: string,
  forgotten: Forgotten,
  { dryRun }: { readonly dryRun: boolean } = { dryRun: false },
): readonly string[] {
  const all = listed(forgotten.counts);
  switch (forgotten.kind) {
    case 'scheduled':
      return [
        `Nothing was deleted: ${forgotten.schedules.join(', ')} would make jobs for ${budgetId} again.`,
        'Take the schedule out of the configuration and deploy (on your own machine: start with --schedule off), and run this once more.',
      ];
    case 'open':
      return [
        ...deletedBefore(forgotten),
        `${forgotten.jobs.join(', ')} of ${budgetId} waits or runs. Cancel it, or wait until it has ended, and run this once more.`,
      ];
    case 'counted':
      return [`There are ${all} of ${budgetId}. Nothing was deleted.`];
    case 'deleted':
      return [`Deleted ${all} of ${budgetId}. Nothing of it is left in table and bucket.`];
    case 'failed':
      return [
        deletedMaybe(forgotten, dryRun),
        `It failed: ${forgotten.reason}. The logs of the function say why; run this once more to go on.`,
      ];
    case 'broken-off':
      return [
        deletedMaybe(forgotten, dryRun),
        `It broke off: ${forgotten.reason}`,
        'Run this once more to go on.',
      ];
  }
}

function deletedBefore({ counts }: Forgotten): readonly string[] {
  return Object.values(counts).some((count) => count > 0)
    ? [`Deleted ${listed(counts)} so far.`]
    : ['Nothing was deleted.'];
}

/** A call that failed has not told what it deleted before. */
function deletedMaybe({ counts }: Forgotten, dryRun: boolean): string {
  if (dryRun) return 'Nothing was deleted.';
  return Object.values(counts).some((count) => count > 0)
    ? `Deleted ${listed(counts)} so far; the last call may have deleted more.`
    : 'Some of it may be deleted.';
}

function listed({ jobs, suggestions, objects, records }: Counts): string {
  const parts = [
    counted(jobs, 'job'),
    counted(suggestions, 'suggestion'),
    counted(objects, 'object'),
    counted(records, 'record'),
  ];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function sum(one: Counts, other: Counts): Counts {
  return {
    jobs: one.jobs + other.jobs,
    suggestions: one.suggestions + other.suggestions,
    objects: one.objects + other.objects,
    records: one.records + other.records,
  };
}
