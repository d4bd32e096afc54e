import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { asDownloaded, changeByHand } from '../../test/actual/twin.ts';
import { type Answer, CREDENTIALS } from '../../test/e2e/installation.ts';
import type { Accepted, Api } from './callers.ts';
import type { Up } from './stack-process.ts';
import type { Aftermath, Seen } from './verdict.ts';

/** What is there when all work has ended: read off the API, the table and the Actual server. */

export interface Home {
  readonly serverUrl: string;
  /** Each with its twin, a copy that was made before anything happened. */
  readonly budgets: readonly { readonly id: string; readonly twin: string }[];
}

export async function aftermathOf(
  api: Api,
  up: Up,
  { serverUrl, budgets }: Home,
  accepted: readonly Accepted[],
): Promise<Aftermath> {
  const jobs: Seen[] = [];
  const appliedBy = new Map<string, string | null>();
  for (const { id } of budgets) {
    for (const jobId of await jobsOf(api, id)) jobs.push(await seen(api, jobId));
    for (const { id: suggestion, appliedBy: job } of await pages(
      api,
      `/budgets/${id}/suggestions?`,
    )) {
      appliedBy.set(suggestion, job);
    }
  }
  const compared: { id: string; is: unknown; shouldBe: unknown }[] = [];
  for (const { id, twin } of budgets) {
    const changes = accepted.flatMap(({ budget, change }) =>
      budget === id && change !== undefined ? [change] : [],
    );
    await changeByHand(
      serverUrl,
      twin,
      changes.map(({ transaction, category, payee }) => ({
        do: 'set',
        transaction,
        fields: { category, payee },
      })),
    );
    const [is, shouldBe] = [await asDownloaded(serverUrl, id), await asDownloaded(serverUrl, twin)];
    compared.push({ id, is, shouldBe });
  }
  return { accepted, jobs, appliedBy, leftOver: await openWork(up), budgets: compared };
}

/** Waits until every one of the jobs has ended. */
export async function allEnded(api: Api, accepted: readonly Accepted[]): Promise<void> {
  for (const { jobId } of accepted) {
    while (!isEnded((await answered(api, `/jobs/${jobId}?wait=20`)).body.job.status)) {}
  }
}

function isEnded(status: string): boolean {
  return status !== 'queued' && status !== 'running';
}

async function jobsOf(api: Api, budget: string): Promise<readonly string[]> {
  return (await pages(api, `/jobs?budgetId=${budget}&`)).map(({ id }) => id);
}

interface ListedItem {
  readonly id: string;
  readonly appliedBy: string | null;
}

/** Every item of a listing. */
async function pages(api: Api, listing: string): Promise<readonly ListedItem[]> {
  const items: ListedItem[] = [];
  let cursor = '';
  do {
    const { body } = await answered(api, `${listing}limit=100${cursor}`);
    items.push(...(body.jobs ?? body.suggestions));
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor !== '');
  return items;
}

async function seen(api: Api, jobId: string): Promise<Seen> {
  const { body } = await answered(api, `/jobs/${jobId}`);
  const { body: history } = await answered(api, `/jobs/${jobId}/events`);
  return { ...body, events: history.events };
}

async function answered(api: Api, path: string): Promise<Answer> {
  const answer = await api.call('GET', path);
  if (answer?.status !== 200) throw new Error(`GET ${path} was answered ${answer?.status}`);
  return answer;
}

/** Sort keys of places in line and of locks. */
async function openWork({ dynamodb, tableName }: Up): Promise<readonly string[]> {
  const client = new DynamoDBClient({
    endpoint: dynamodb,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const table = DynamoDBDocumentClient.from(client);
  const keys: string[] = [];
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName: tableName })) {
    keys.push(...Items.map(({ PK, SK }) => `${PK} ${SK}`));
  }
  client.destroy();
  return keys.filter((key) => / (QUEUE#|RUNNING)/.test(key));
}
