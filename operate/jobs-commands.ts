import { answered, endOf } from '../client/client.ts';
import type { Job, JobAndSteps } from '../client/schema.ts';
import { idsNamed, isWholeId } from './choosing.ts';
import { collected, limited, type Outcome, type Ports } from './commands.ts';
import type { Command } from './jobs-order.ts';
import { askedOnceMore, madeOnce } from './lost-answer.ts';
import { OptionError } from './options.ts';
import { decide, listSuggestions, openSuggestions } from './suggestion-commands.ts';
import { eventTable, jobLines, jobTable } from './tables.ts';

/** What `npm run jobs` does, as calls of the API. */

type Of<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>;

/** @throws ApiError, OptionError */
export async function run(command: Command, ports: Ports): Promise<Outcome> {
  switch (command.kind) {
    case 'list':
      return list(command, ports);
    case 'show':
      return show(command, ports);
    case 'suggestions':
      return listSuggestions(command, ports);
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

async function list({ type, status, limit }: Of<'list'>, ports: Ports): Promise<Outcome> {
  const { api, width } = ports;
  const budgetId = ports.budget();
  const filter = {
    ...(type === undefined ? {} : { type }),
    ...(status === undefined ? {} : { status }),
  };
  const jobs = await collected<Job>(limit + 1, async (page) => {
    const query = { budgetId, ...filter, ...page };
    const { jobs: items, nextCursor } = await answered(
      api.GET('/jobs', { params: { query } }),
      'jobs',
    );
    return { items, nextCursor };
  });
  const { shown, leftOut } = limited(jobs, limit);
  const lines = shown.length === 0 ? ['There are no such jobs.'] : jobTable(shown, width);
  return { document: { jobs: shown }, lines: [...lines, ...leftOut], failed: false };
}

async function show({ jobId, events, wait }: Of<'show'>, { api, width }: Ports): Promise<Outcome> {
  const params = { path: { jobId } };
  const document = wait
    ? await endOf(api, jobId)
    : await answered(api.GET('/jobs/{jobId}', { params }), 'job');
  const { failed } = ended(document);
  if (!events) return { document, lines: jobLines(document), failed: wait && failed };
  const history = await answered(api.GET('/jobs/{jobId}/events', { params }), 'events');
  return {
    document: { ...document, ...history },
    lines: [...jobLines(document), ...eventTable(history.events, width)],
    failed: wait && failed,
  };
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
  const body = {
    type: 'suggestions_apply',
    budgetId: ports.budget(),
    ...(suggestionIds.length === 0 ? {} : { suggestionIds: [...suggestionIds] }),
    ...(above === undefined ? {} : { minConfidence: above }),
  } as const;
  const created = await madeOnce((key) => {
    const params = { header: { 'Idempotency-Key': key } };
    return answered(ports.api.POST('/jobs', { params, body }), 'job');
  });
  return finished(created, wait, ports);
}

async function cancel({ jobId }: Of<'cancel'>, { api }: Ports): Promise<Outcome> {
  const params = { path: { jobId } };
  const document = await askedOnceMore(() =>
    answered(api.POST('/jobs/{jobId}/cancel', { params }), 'job'),
  );
  return { document, lines: jobLines(document), failed: false };
}

async function retry({ jobId, wait }: Of<'retry'>, ports: Ports): Promise<Outcome> {
  const created = await madeOnce((key) => {
    const params = { path: { jobId }, header: { 'Idempotency-Key': key } };
    return answered(ports.api.POST('/jobs/{jobId}/retry', { params }), 'job');
  });
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
