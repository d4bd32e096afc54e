import { randomUUID } from 'node:crypto';
import { answered, type Client, endOf } from '../client/client.ts';
import type { Job, JobAndSteps, ReviewOutcomes, Suggestion } from '../client/schema.ts';
import { categoryNamed, choose, idsNamed, isWholeId } from './choosing.ts';
import type { Command, Decision, Filter } from './jobs-order.ts';
import { OptionError } from './options.ts';
import { decisionLines, eventTable, jobLines, jobTable, suggestionTable } from './tables.ts';

/** What `npm run jobs` does, as calls of the API. */

export interface Outcome {
  /** For scripts. */
  readonly document: object;
  /** For people. */
  readonly lines: readonly string[];
  /** Whether a job failed, or a decision was not taken. */
  readonly failed: boolean;
}

export interface Ports {
  readonly api: Client;
  /** @throws OptionError when none is named. */
  readonly budget: () => string;
  /** Columns of the terminal. */
  readonly width: number;
  /** Says what is going on, beside what comes of it. */
  readonly note: (text: string) => void;
}

type Of<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>;

/** @throws ApiError, OptionError */
export async function run(command: Command, ports: Ports): Promise<Outcome> {
  switch (command.kind) {
    case 'list':
      return list(command, ports);
    case 'show':
      return show(command, ports);
    case 'suggestions':
      return suggestions(command, ports);
    case 'approve':
    case 'reject':
      return decide(command, ports);
    case 'apply':
      return apply(command, ports);
    case 'cancel':
      return cancel(command, ports);
    case 'retry':
      return retry(command, ports);
  }
}

const PAGE = 100;

async function list({ type, status, limit }: Of<'list'>, ports: Ports): Promise<Outcome> {
  const { api, width } = ports;
  const budgetId = ports.budget();
  const jobs: Job[] = [];
  for (let cursor: string | null | undefined; cursor !== null && jobs.length < limit; ) {
    const query = {
      budgetId,
      limit: Math.min(PAGE, limit - jobs.length),
      ...(type === undefined ? {} : { type }),
      ...(status === undefined ? {} : { status }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await answered(api.GET('/jobs', { params: { query } }));
    jobs.push(...page.jobs);
    cursor = page.nextCursor;
  }
  const lines = jobs.length === 0 ? ['There are no such jobs.'] : jobTable(jobs, width);
  return { document: { jobs }, lines: [...lines, ...cutOff(jobs, limit)], failed: false };
}

async function show({ jobId, events, wait }: Of<'show'>, { api, width }: Ports): Promise<Outcome> {
  const params = { path: { jobId } };
  const document = wait
    ? await endOf(api, jobId)
    : await answered(api.GET('/jobs/{jobId}', { params }));
  const { failed } = ended(document);
  if (!events) return { document, lines: jobLines(document), failed: wait && failed };
  const history = await answered(api.GET('/jobs/{jobId}/events', { params }));
  return {
    document: { ...document, ...history },
    lines: [...jobLines(document), ...eventTable(history.events, width)],
    failed: wait && failed,
  };
}

async function suggestions(command: Of<'suggestions'>, ports: Ports): Promise<Outcome> {
  const { filter, status, limit } = command;
  // A filter may leave out most of them: it is the shown ones that are limited.
  const filtered = Object.keys(filter).length > 0;
  const there = await suggestionsOf(ports, status, filtered ? undefined : limit);
  const { chosen, ofModel } = choose(there, filter);
  const shown = chosen.slice(0, limit);
  const table =
    shown.length === 0
      ? [`There are no such ${status} suggestions.`]
      : suggestionTable(shown, ports.width);
  return {
    document: { suggestions: shown },
    lines: [...table, ...cutOff(shown, limit), ...leftOut(ofModel, filter)],
    failed: false,
  };
}

function cutOff(shown: readonly unknown[], limit: number): readonly string[] {
  return shown.length < limit ? [] : [`The first ${limit}; --limit shows more.`];
}

/** Newest transaction first. @param limit all of them, unless given. */
async function suggestionsOf(
  { api, budget }: Ports,
  status: Suggestion['status'],
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Suggestion[]> {
  const path = { budgetId: budget() };
  const found: Suggestion[] = [];
  for (let cursor: string | null | undefined; cursor !== null && found.length < limit; ) {
    const query = {
      status,
      limit: Math.min(PAGE, limit - found.length),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const params = { path, query };
    const page = await answered(api.GET('/budgets/{budgetId}/suggestions', { params }));
    found.push(...page.suggestions);
    cursor = page.nextCursor;
  }
  return found;
}

/** All that a decision can still be taken on. */
async function openSuggestions(ports: Ports): Promise<readonly Suggestion[]> {
  const statuses = ['pending', 'approved', 'rejected'] as const;
  const found = (await Promise.all(statuses.map((status) => suggestionsOf(ports, status)))).flat();
  // One that somebody decides on meanwhile is found under both of its statuses.
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

async function decide(command: Decision, ports: Ports): Promise<Outcome> {
  const { kind, ids, filter, toCategory, toPayee, dryRun } = command;
  const byFilter = ids.length === 0;
  const needsLook = dryRun || toCategory !== undefined || !ids.every(isWholeId);
  const there = byFilter
    ? await suggestionsOf(ports, 'pending')
    : needsLook
      ? await openSuggestions(ports)
      : [];
  const { chosen, ofModel } = byFilter ? choose(there, filter) : { chosen: [], ofModel: 0 };
  const named = byFilter ? chosen.map(({ id }) => id) : idsNamed(ids, there);
  const left = leftOut(ofModel, filter);
  if (named.length === 0) {
    const lines = ['There are no such pending suggestions.', ...left];
    return { document: { outcomes: [] }, lines, failed: false };
  }
  if (dryRun) {
    const meant = there.filter(({ id }) => named.includes(id));
    const lines = [
      ...suggestionTable(meant, ports.width),
      `Would ${kind} ${meant.length}.`,
      ...left,
    ];
    return { document: { suggestions: meant }, lines, failed: false };
  }
  const corrections = {
    ...(toCategory === undefined ? {} : { categoryId: categoryNamed(toCategory, there) }),
    ...(toPayee === undefined ? {} : { payeeName: toPayee }),
  };
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
      const page = await answered(api.PATCH('/budgets/{budgetId}/suggestions', { params, body }));
      outcomes.push(...page.outcomes);
    }
  } catch (error) {
    if (outcomes.length > 0)
      note(`The first ${outcomes.length} of ${decisions.length} were decided.`);
    throw error;
  }
  return outcomes;
}

function leftOut(ofModel: number, { above }: Filter): readonly string[] {
  if (ofModel === 0) return [];
  return [
    `${ofModel} more say that they are at least ${above} sure, but a language model proposed them: decide on those one by one.`,
  ];
}

/** As many as a job takes. */
const IDS_A_JOB = 500;

async function apply({ ids, above, wait }: Of<'apply'>, ports: Ports): Promise<Outcome> {
  const there = ids.every(isWholeId) ? [] : await openSuggestions(ports);
  const suggestionIds = idsNamed(ids, there);
  if (suggestionIds.length > IDS_A_JOB) {
    throw new OptionError(
      `apply takes up to ${IDS_A_JOB} ids; approve them, and apply without ids.`,
    );
  }
  const created = await answered(
    ports.api.POST('/jobs', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: {
        type: 'suggestions_apply',
        budgetId: ports.budget(),
        ...(suggestionIds.length === 0 ? {} : { suggestionIds: [...suggestionIds] }),
        ...(above === undefined ? {} : { minConfidence: above }),
      },
    }),
  );
  return finished(created, wait, ports);
}

async function cancel({ jobId }: Of<'cancel'>, { api }: Ports): Promise<Outcome> {
  const params = { path: { jobId } };
  const document = await answered(api.POST('/jobs/{jobId}/cancel', { params }));
  return { document, lines: jobLines(document), failed: false };
}

async function retry({ jobId, wait }: Of<'retry'>, ports: Ports): Promise<Outcome> {
  const params = { path: { jobId }, header: { 'Idempotency-Key': randomUUID() } };
  const created = await answered(ports.api.POST('/jobs/{jobId}/retry', { params }));
  return finished(created, wait, ports);
}

async function finished(
  created: JobAndSteps,
  wait: boolean,
  { api, note }: Ports,
): Promise<Outcome> {
  if (!wait) return { document: created, lines: jobLines(created), failed: false };
  note(`Job ${created.job.id} is ${created.job.status}; it goes on by itself if you stop waiting.`);
  return ended(await endOf(api, created.job.id));
}

function ended(document: JobAndSteps): Outcome {
  const failed = ['failed', 'canceled'].includes(document.job.status);
  return { document, lines: jobLines(document), failed };
}
