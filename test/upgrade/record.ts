import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { proxyTo } from '../actual/proxy.ts';
import { uuid } from '../domain/builders.ts';
import { synthesizedByDefault } from '../e2e/assemblies.ts';
import {
  CREDENTIALS,
  deliverScheduledTime,
  type Installation,
  install,
} from '../e2e/installation.ts';
import { optionsOf } from '../run/options.ts';
import { Fixture, VERSIONS_FOLDER } from './fixture.ts';

/**
 * `npm run record-version`: runs the product as it is and writes down what an upgrade from this version meets: the whole
 * table of a household in the middle of its work, the workflow's definition, what its executions are started with, and what is not
 * to be made anew.
 */

/** They hold something, or others know them by name; and executions keep the role that they began with. */
const KEPT: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
  'AWS::StepFunctions::StateMachine',
]);

optionsOf('npm run record-version', {});
const server = await startActualServer();
const proxy = await proxyTo(server.url);
const product = await install({
  assembly: await synthesizedByDefault(),
  serverUrl: proxy.url,
});
try {
  const { version } = JSON.parse(
    await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'),
  );
  const home = await householdDoes(server.url, [{ do: 'create', transactions: 8 }]);
  await live(product, home);
  const held = Promise.withResolvers<void>();
  proxy.onRequest = () => ({ held: held.promise });
  const running = await created({ type: 'sync_and_suggest', budgetId: home, fullResync: true });
  await begun(running);
  const canceled = await created({ type: 'budget_sync', budgetId: home });
  await product.call('POST', `/jobs/${canceled}/cancel`);
  const waiting = await created({ type: 'suggestions_generate', budgetId: home });
  const text = await written({ version, running, waiting });
  proxy.onRequest = () => 'pass';
  held.resolve();
  await product.ended(waiting);
  await mkdir(VERSIONS_FOLDER, { recursive: true });
  await writeFile(join(VERSIONS_FOLDER, `${version}.json`), text);
  console.log(`Wrote test/upgrade/versions/${version}.json`);
} finally {
  await product.close();
  await proxy.close();
  await server.remove();
}

/** Jobs of every type, to every end; decisions of every kind. */
async function live({ call, run }: Installation, budgetId: string): Promise<void> {
  const path = `/budgets/${budgetId}/suggestions`;
  const proposed = async (): Promise<readonly string[]> => {
    const { body } = await call('GET', `${path}?status=pending`);
    return body.suggestions.map(({ id }: { readonly id: string }) => id);
  };
  const decide = (id: string | undefined, decision: Readonly<Record<string, string>>) =>
    call('PATCH', `${path}/${id}`, { body: decision });
  await run('sync_and_suggest', budgetId);
  const [first, second] = await proposed();
  await decide(first, { status: 'approved', payeeName: 'Corner Shop' });
  await run('suggestions_apply', budgetId, { suggestionIds: [first] });
  await run('suggestions_retry_payee', budgetId, { suggestionId: second });
  await run('suggestions_generate', budgetId);
  await run('snapshot_create', budgetId);
  await run('snapshot_redownload', budgetId);
  const { jobId } = await deliverScheduledTime(product, {
    schedule: 'nightly',
    budgetId,
    scheduledTime: '2026-11-01T03:00:00Z',
  });
  await product.ended(jobId);
  // Last: where a proposal was rejected, the next ones are more careful.
  const [third, fourth] = await proposed();
  await decide(third, { status: 'approved' });
  await decide(fourth, { status: 'rejected' });
  const elsewhere = uuid(0xbad);
  const { job: failed } = await run('budget_sync', elsewhere);
  await call('POST', `/jobs/${failed.id}/retry`);
  const headers = { 'idempotency-key': 'recorded' };
  await call('POST', '/jobs', { body: { type: 'budget_sync', budgetId: elsewhere }, headers });
  const { body: listed } = await call('GET', `/jobs?budgetId=${elsewhere}`);
  for (const { id } of listed.jobs) await product.ended(id);
}

async function created(body: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await product.call('POST', '/jobs', { body });
  return answer.body.job.id;
}

/** Resolves once a worker has written itself into the lock. */
async function begun(job: string): Promise<void> {
  for (;;) {
    const lock = (await items()).find(({ SK, jobId }) => SK === 'RUNNING' && jobId === job);
    if (typeof lock?.workerId === 'string') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function items(): Promise<readonly Record<string, unknown>[]> {
  const client = new DynamoDBClient({
    endpoint: String(product.stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const TableName = String(product.stack.stack.outputs.TableName);
  const { Items = [] } = await DynamoDBDocumentClient.from(client).send(
    new ScanCommand({ TableName, ConsistentRead: true }),
  );
  client.destroy();
  return Items;
}

async function written(known: {
  readonly version: string;
  readonly running: string;
  readonly waiting: string;
}): Promise<string> {
  const { stack, executions } = product.stack;
  const machine = stack.resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine');
  const started = executions.list(String(machine?.arn)).map(({ input }) => {
    const { type } = JSON.parse(input);
    return [String(type), input] as const;
  });
  const table = [...(await items())].sort((one, other) => (keysOf(one) < keysOf(other) ? -1 : 1));
  const fixture = {
    ...known,
    recordedAt: new Date().toISOString(),
    definition: String(machine?.properties.DefinitionString),
    resources: Object.fromEntries(
      stack.resources
        .filter(({ type, arn }) => KEPT.has(type) || arn === machine?.properties.RoleArn)
        .map(({ logicalId, type }) => [logicalId, type] as const)
        .sort(),
    ),
    executions: Object.fromEntries(started.sort()),
    items: table.map((item) => Object.fromEntries(Object.entries(item).sort())),
  };
  Fixture.parse(fixture);
  return `${JSON.stringify(fixture, null, 1)}\n`;
}

function keysOf({ PK, SK }: Record<string, unknown>): string {
  return `${PK} ${SK}`;
}
