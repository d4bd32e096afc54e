import { answered } from '../client/client.ts';
import type { ReviewOutcomes, Suggestion } from '../client/schema.ts';
import { categoryNamed, choose, idsNamed, isCategoryId, isWholeId } from './choosing.ts';
import { collected, limited, type Outcome, type Ports } from './commands.ts';
import type { Command, Decision, Filter } from './jobs-order.ts';
import { askedOnceMore } from './lost-answer.ts';
import { OptionError } from './options.ts';
import { decisionLines, suggestionTable } from './tables.ts';

/** Suggestions of a budget, listed and decided on. */

/** Those that a filter chooses, newest transaction first. */
export async function listSuggestions(
  command: Extract<Command, { readonly kind: 'suggestions' }>,
  ports: Ports,
): Promise<Outcome> {
  const { filter, status, limit } = command;
  // A filter may leave out most of them: it is the shown ones that are limited.
  const filtered = Object.keys(filter).length > 0;
  const there = await suggestionsOf(ports, status, filtered ? undefined : limit + 1);
  const { chosen, ofModel } = choose(there, filter);
  const { shown, leftOut } = limited(chosen, limit);
  const table =
    shown.length === 0
      ? [`There are no such ${status} suggestions.`]
      : suggestionTable(shown, ports.width);
  return {
    document: { suggestions: shown },
    lines: [...table, ...leftOut, ...leftToYou(ofModel, filter)],
    failed: false,
  };
}

/** Newest transaction first. @param limit all of them, unless given. */
function suggestionsOf(
  { api, budget }: Ports,
  status: Suggestion['status'],
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Suggestion[]> {
  const path = { budgetId: budget() };
  return collected<Suggestion>(limit, async (page) => {
    const params = { path, query: { status, ...page } };
    const { suggestions: items, nextCursor } = await answered(
      api.GET('/budgets/{budgetId}/suggestions', { params }),
      'suggestions',
    );
    return { items, nextCursor };
  });
}

/** All that a decision can still be taken on. */
export async function openSuggestions(ports: Ports): Promise<readonly Suggestion[]> {
  const statuses = ['pending', 'approved', 'rejected'] as const;
  const found = (await Promise.all(statuses.map((status) => suggestionsOf(ports, status)))).flat();
  // One that somebody decides on meanwhile is found under both of its statuses.
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/** Decides on those that are named, or that a filter chooses. */
export async function decide(command: Decision, ports: Ports): Promise<Outcome> {
  const { kind, ids, filter, toCategory, toPayee, dryRun } = command;
  const byFilter = ids.length === 0;
  const needsLook = dryRun || !ids.every(isWholeId);
  const there = byFilter
    ? await suggestionsOf(ports, 'pending')
    : needsLook
      ? await openSuggestions(ports)
      : [];
  const { chosen, ofModel } = byFilter ? choose(there, filter) : { chosen: [], ofModel: 0 };
  const named = byFilter ? chosen.map(({ id }) => id) : idsNamed(ids, there);
  const left = leftToYou(ofModel, filter);
  if (named.length === 0) {
    const lines = ['There are no such pending suggestions.', ...left];
    return { document: { outcomes: [] }, lines, failed: false };
  }
  const corrections = {
    ...(toCategory === undefined ? {} : { categoryId: await categoryMeant(toCategory, ports) }),
    ...(toPayee === undefined ? {} : { payeeName: toPayee }),
  };
  if (dryRun) {
    const meant = there.filter(({ id }) => named.includes(id));
    // An approval is about the proposal, whatever was decided before.
    const shown = kind === 'approve' ? meant.map((one) => ({ ...one, decision: null })) : meant;
    const lines = [
      ...suggestionTable(shown, ports.width),
      `Would ${kind} ${meant.length}.`,
      ...left,
    ];
    return { document: { suggestions: meant }, lines, failed: false };
  }
  const outcomes = await reviewed(
    ports,
    named.map((id) =>
      kind === 'approve' ? { id, status: 'approved', ...corrections } : { id, status: 'rejected' },
    ),
  );
  return {
    document: { outcomes },
    lines: [...decisionLines(kind, outcomes, there, ports.width), ...left],
    failed: outcomes.some(({ outcome }) => outcome !== 'reviewed'),
  };
}

/** What was approved or applied may be all that names it; a category that was deleted and made anew has its new id in what waits. */
async function categoryMeant(name: string, ports: Ports): Promise<string> {
  if (isCategoryId(name)) return name;
  for (const status of ['pending', 'approved', 'rejected', 'applied'] as const) {
    const id = categoryNamed(name, await suggestionsOf(ports, status));
    if (id !== undefined) return id;
  }
  throw new OptionError(`--to-category: no suggestion here proposes ${name}. Give its id instead.`);
}

type Review =
  | { id: string; status: 'approved'; categoryId?: string; payeeName?: string }
  | { id: string; status: 'rejected' };

/** As many as the API takes at once. */
const DECISIONS_AT_ONCE = 100;

async function reviewed(
  { api, budget, note }: Ports,
  decisions: readonly Review[],
): Promise<ReviewOutcomes['outcomes']> {
  const params = { path: { budgetId: budget() } };
  const outcomes: ReviewOutcomes['outcomes'] = [];
  try {
    for (let from = 0; from < decisions.length; from += DECISIONS_AT_ONCE) {
      const body = { decisions: decisions.slice(from, from + DECISIONS_AT_ONCE) };
      const page = await askedOnceMore(() =>
        answered(api.PATCH('/budgets/{budgetId}/suggestions', { params, body }), 'outcomes'),
      );
      outcomes.push(...page.outcomes);
    }
  } catch (error) {
    if (outcomes.length > 0)
      note(`The first ${outcomes.length} of ${decisions.length} were decided.`);
    throw error;
  }
  return outcomes;
}

function leftToYou(ofModel: number, { above }: Filter): readonly string[] {
  if (ofModel === 0) return [];
  return [
    `${ofModel} more say that they are at least ${above} sure, but a language model proposed them: decide on those one by one.`,
  ];
}
