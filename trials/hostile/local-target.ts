import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { type ActualServer, PASSWORD, startActualServer } from '../../test/actual/actual-server.ts';
import { householdDoes } from '../../test/actual/household.ts';
import { type MishapProxy, proxyTo } from '../../test/actual/proxy.ts';
import { synthesized } from '../../test/e2e/assemblies.ts';
import { CREDENTIALS, type Installation, install } from '../../test/e2e/installation.ts';
import { answering, type ModelServer, startModelServer } from '../../test/suggest/model-server.ts';
import type { Target } from './attack.ts';
import { amongSuggestions, type Canary, nowhere, type Trace } from './canaries.ts';
import { LogReader } from './logs.ts';
import { NEIGHBOUR_PAYEE, type Neighbour, plantNeighbour } from './neighbour.ts';
import type { Places } from './places.ts';

/** The whole product on this machine with a real Actual server, canaries planted in everything that is secret. */

const PAYEE = 'Canary Grocer';
const NOTES = 'canary-of-the-notes';
const MODEL_KEY = 'canary-of-the-model-key';
const UNKNOWN_PAYEE = 'Canary Chandler';
const CATEGORY = 'Food at home';
const MISSING = '0190b1d4-7c1a-7000-8000-00000000dead';
/** Every so often the Actual server fails, and its words are not to be passed on. */
const FAILS_EVERY = 7;

export interface LocalTarget extends Target {
  close(): Promise<void>;
}

export async function startLocalTarget(): Promise<LocalTarget> {
  const model = await startModelServer(answering(CATEGORY));
  const server = await startActualServer();
  const proxy = await proxyTo(server.url);
  const [budget, otherBudget] = await Promise.all([
    householdDoes(server.url, [
      { do: 'create', transactions: 40 },
      { do: 'add', transactions: 20, payee: PAYEE, notes: NOTES },
      { do: 'spend', payee: UNKNOWN_PAYEE },
      { do: 'reset' },
    ]),
    householdDoes(server.url, [{ do: 'create', transactions: 3 }, { do: 'reset' }]),
  ]);
  const product = await install({
    assembly: await synthesized({
      servers: [{ id: 'home', budgets: [budget] }],
      model: { provider: 'openai', address: model.url, modelId: 'model' },
    }),
    secrets: {
      ActualSecretIdHome: JSON.stringify({ serverUrl: proxy.url, password: PASSWORD }),
      ModelSecretId: JSON.stringify({ apiKey: MODEL_KEY }),
    },
  });
  const table = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: String(product.stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
      region: 'us-east-1',
      credentials: CREDENTIALS,
    }),
  );
  const tableName = String(product.stack.stack.outputs.TableName);
  const neighbour = await plantNeighbour(table, tableName, otherBudget);
  const places = await furnish(product, budget, neighbour);
  let requests = 0;
  proxy.onRequest = () => {
    requests += 1;
    return requests % FAILS_EVERY === 0 ? { status: 500, body: `${PAYEE} ${PASSWORD}` } : 'pass';
  };
  const { body: document } = await product.call('GET', '/openapi.json');
  const logs = new LogReader(join(product.data, 'logs'));
  return {
    url: product.stack.url,
    credentials: CREDENTIALS,
    document,
    canaries: canariesOf(product, { proxy, otherBudget }),
    places: () => places,
    newLogs: () => logs.newLines(),
    remains: async () => [...(await itemsOf(table, tableName)), ...executionsOf(product)],
    close: () => closeAll({ product, table, proxy, server, model }),
  };
}

/** Something to ask about: jobs that went well and badly, a kept copy, suggestions in every status. */
async function furnish(
  product: Installation,
  budget: string,
  neighbour: Neighbour,
): Promise<Places> {
  const succeeded = await product.run('sync_and_suggest', budget);
  const failed = await product.run('suggestions_apply', budget, { suggestionIds: ['nothing.1'] });
  const listing = `/budgets/${budget}/suggestions?limit=3`;
  const { body: page } = await product.call('GET', listing);
  const [applied, approved, pending] = page.suggestions.map(({ id }: { id: string }) => id);
  await product.run('suggestions_apply', budget, { suggestionIds: [applied] });
  await product.call('PATCH', `/budgets/${budget}/suggestions/${approved}`, {
    body: { status: 'approved' },
  });
  const kept = await product.run('snapshot_create', budget);
  const { body: jobs } = await product.call('GET', `/jobs?budgetId=${budget}&limit=1`);
  return {
    budget,
    otherBudget: neighbour.budgetId,
    missingBudget: MISSING,
    succeededJob: succeeded.job.id,
    failedJob: failed.job.id,
    newestJob: kept.job.id,
    otherJob: neighbour.jobId,
    missingJob: MISSING,
    snapshot: kept.job.id,
    otherSnapshot: neighbour.snapshotId,
    pending,
    approved,
    applied,
    other: neighbour.suggestionId,
    missing: 'missing.1',
    jobsCursor: jobs.nextCursor,
    suggestionsCursor: page.nextCursor,
  };
}

function canariesOf(
  { stack }: Installation,
  { proxy, otherBudget }: { readonly proxy: MishapProxy; readonly otherBudget: string },
): readonly Canary[] {
  const { token } = JSON.parse(stack.secretOf('SessionSecretIdHome'));
  return [
    { name: "the Actual server's password", text: PASSWORD, mayBeIn: nowhere },
    { name: "the Actual server's session token", text: token, mayBeIn: nowhere },
    { name: "the Actual server's address", text: new URL(proxy.url).host, mayBeIn: nowhere },
    { name: "the language model's key", text: MODEL_KEY, mayBeIn: nowhere },
    { name: 'the secret key', text: CREDENTIALS.secretAccessKey, mayBeIn: nowhere },
    { name: 'a payee', text: PAYEE, mayBeIn: amongSuggestions },
    {
      name: 'a payee that the model was asked about',
      text: UNKNOWN_PAYEE,
      mayBeIn: amongSuggestions,
    },
    { name: 'notes', text: NOTES, mayBeIn: nowhere },
    {
      name: "another budget's payee",
      text: NEIGHBOUR_PAYEE,
      mayBeIn: ({ in: place }) => place === 'item',
    },
    {
      name: "another budget's id",
      text: `"budgetId":"${otherBudget}"`,
      mayBeIn: ({ in: place }) => place !== 'answer',
    },
  ];
}

async function itemsOf(
  table: DynamoDBDocumentClient,
  TableName: string,
): Promise<readonly Trace[]> {
  const traces: Trace[] = [];
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName })) {
    for (const item of Items) {
      traces.push({ in: 'item', name: `${item.PK} ${item.SK}`, text: JSON.stringify(item) });
    }
  }
  return traces;
}

function executionsOf({ stack }: Installation): readonly Trace[] {
  return stack.executions.list(String(stack.stack.outputs.StateMachineArn)).map((execution) => ({
    in: 'execution',
    name: execution.name,
    text: JSON.stringify(execution),
  }));
}

async function closeAll(parts: {
  readonly product: Installation;
  readonly table: DynamoDBDocumentClient;
  readonly proxy: MishapProxy;
  readonly server: ActualServer;
  readonly model: ModelServer;
}): Promise<void> {
  parts.table.destroy();
  await parts.product.close();
  await parts.proxy.close();
  await parts.server.remove();
  await parts.model.close();
}
