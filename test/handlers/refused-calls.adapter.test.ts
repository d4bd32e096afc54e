import './environment-variables.ts';

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { budgetId, executionId } from '../../functions/domain/ids.ts';
import type { JobRecord, Work } from '../../functions/domain/job.ts';
import { startJob } from '../../functions/domain/transitions.ts';
import { clockAndIds } from '../../functions/handlers/adapters/clock-and-ids.ts';
import type { Storage } from '../../functions/handlers/adapters/storage.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { submit } from '../../functions/jobs/submit.ts';
import { PARTITION } from '../../functions/names.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { LOCAL_REGION } from '../../local/runtime/contract.ts';
import { startS3 } from '../../local/runtime/services/s3.ts';
import { SecretVault, startSecrets } from '../../local/runtime/services/secrets.ts';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { over } from '../domain/builders.ts';
import { OWNER_ALONE } from '../local/owner.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { CREDENTIALS, resource, stackOf } from './adapters/services.ts';
import { lambdaContext } from './gateway.ts';
import { type Refusing, refusing } from './refusing.ts';

/** Steps on real services, one call of which is refused: each call that a step makes, one after the other. */

const SERVER = resource('AWS::SecretsManager::Secret', 'server');
const SESSION = resource('AWS::SecretsManager::Secret', 'session');
const STACK = stackOf(SERVER, SESSION, resource('AWS::S3::Bucket', 'bucket'));

type Step = (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;

let folder: string;
let engine: Engine;
let server: ActualServer;
let actual: MishapProxy;
let vault: SecretVault;
let services: Readonly<Record<Storage, Refusing>>;
let closing: readonly { close(): unknown }[];
let steps: Readonly<Record<'sync' | 'suggestions' | 'snapshot', Step>>;
let jobs: JobStore;
let home: string;

beforeAll(async () => {
  // The library neither saves nor syncs when it believes to be under test itself.
  vi.stubEnv('NODE_ENV', 'production');
  folder = await mkdtemp(join(tmpdir(), 'refused-'));
  vault = new SecretVault(join(folder, 'secrets.json'));
  const local = { stack: STACK, credentials: CREDENTIALS, guard: OWNER_ALONE };
  const [s3, secrets] = await Promise.all([
    startS3({ ...local, folder: join(folder, 'buckets') }),
    startSecrets({ ...local, vault }),
  ]);
  [server, engine] = await Promise.all([startActualServer(), startEngine()]);
  await createTable(engine, 'Table');
  const { protocol, hostname, port } = (await engine.client.config.endpoint?.()) ?? {};
  services = {
    table: await refusing(`${protocol}//${hostname}:${port}`),
    bucket: await refusing(s3.url),
    secrets: await refusing(secrets.url),
  };
  actual = await proxyTo(server.url);
  vault.put(SERVER.arn, JSON.stringify({ serverUrl: actual.url, password: PASSWORD }));
  closing = [...Object.values(services), actual, s3, secrets];
  Object.assign(process.env, {
    AWS_REGION: LOCAL_REGION,
    UNUSED_SNAPSHOT_DAYS: '90',
    SERVER_SECRETS: JSON.stringify({ default: { actual: SERVER.arn, session: SESSION.arn } }),
    AWS_ENDPOINT_URL_DYNAMODB: services.table.url,
    AWS_ENDPOINT_URL_S3: services.bucket.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: services.secrets.url,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
  steps = {
    sync: (await import('../../functions/handlers/sync.ts')).handler,
    suggestions: (await import('../../functions/handlers/suggestions.ts')).handler,
    snapshot: (await import('../../functions/handlers/snapshot.ts')).handler,
  };
  jobs = new JobStore({ client: engine.documents, tableName: 'Table', now: clockAndIds.now });
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  const first = await begun({ type: 'budget_sync' });
  expect(await invoke('sync', first)).toBeUndefined();
  await ended(first);
});

afterAll(async () => {
  for (const one of closing) await one.close();
  engine.stop();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** As if nobody had logged in yet: no lease that was not given back is waited for. */
async function forgetLogins(): Promise<void> {
  vault.put(SESSION.arn, '{}');
  const TableName = 'Table';
  const { Items = [] } = await engine.documents.send(
    new ScanCommand({
      TableName,
      FilterExpression: 'begins_with(PK, :server)',
      ExpressionAttributeValues: { ':server': PARTITION.server },
    }),
  );
  for (const { PK, SK } of Items) {
    await engine.documents.send(new DeleteCommand({ TableName, Key: { PK, SK } }));
  }
}

/** A job that runs, and whose first step has to log in. */
async function begun(work: Work): Promise<JobRecord> {
  await forgetLogins();
  const budget = budgetId(home);
  const asked = { budgetId: budget, work, requestedBy: 'me' };
  const made = await submit({ jobs, ...clockAndIds }, asked);
  if (made.kind === 'key_reused') throw new Error('No key was sent');
  const { newEventId, now } = clockAndIds;
  const change = startJob(made.record, { now: now(), newEventId });
  const { id: jobId } = made.record.job;
  const execution = executionId(`execution:${jobId}`);
  const nobody = { workerId: null, workerUntil: null, sending: false };
  await jobs.claim(change, { budgetId: budget, jobId, executionId: execution, ...nobody });
  return change.record;
}

/** One invocation, as the state machine makes it. @returns what it failed with. */
async function invoke(name: keyof typeof steps, { job, steps: all }: JobRecord): Promise<unknown> {
  const step = all.length === 0 ? {} : { step: name };
  const event = {
    jobId: job.id,
    budgetId: job.budgetId,
    executionId: `execution:${job.id}`,
    ...step,
  };
  const context = { ...lambdaContext(900_000), awsRequestId: randomUUID() };
  return steps[name](event, context).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const ended = ({ job }: JobRecord) =>
  settle({ jobs, ...clockAndIds }, job.id, over({ status: 'succeeded' }));

const logins = () => actual.paths.filter((path) => path === '/account/login').length;

const REFUSED: Readonly<Record<Storage, string>> = {
  table: 'It was the table: AccessDeniedException.',
  bucket: 'It was the bucket: AccessDenied.',
  secrets: 'It was the secrets: AccessDeniedException.',
};

/** Calls whose refusal a step gets over; and those after which it logs in once more. */
const SYNC = {
  survived: [
    'bucket DELETE archives',
    'bucket DELETE extracts',
    'bucket GET extracts',
    // What is kept of a login, and its lease.
    'table TransactWriteItems',
    'table TransactWriteItems',
  ],
  again: ['secrets PutSecretValue'],
};

it.each<[keyof typeof steps, Work, typeof SYNC]>([
  ['sync', { type: 'sync_and_suggest', fullResync: true }, SYNC],
  ['snapshot', { type: 'snapshot_create' }, { ...SYNC, survived: SYNC.survived.toSpliced(2, 1) }],
  ['suggestions', { type: 'suggestions_generate' }, { survived: [], again: [] }],
])(
  'STORAGE_UNAVAILABLE: %s says which of its calls was refused unless it can do without, and goes through the next time',
  async (name, work, expected) => {
    const survived: string[] = [];
    const again: string[] = [];
    const refused: string[] = [];
    for (const storage of ['table', 'bucket', 'secrets'] as const) {
      const { reason } = failure('STORAGE_UNAVAILABLE', REFUSED[storage]);
      for (let which = 1, isRefused = true; isRefused; which += 1) {
        const record = await begun(work);
        const before = logins();
        services[storage].begin(which);
        const error = await invoke(name, record);
        const call = `${storage} ${services[storage].calls[which - 1]}`;
        isRefused = services[storage].calls.length >= which;
        services[storage].begin();
        if (isRefused) refused.push(call);
        if (error !== undefined) {
          expect(error, call).toMatchObject({ name: 'STORAGE_UNAVAILABLE', message: reason });
          expect(await invoke(name, record), call).toBeUndefined();
        } else if (isRefused) survived.push(call);
        if (logins() - before > 1) again.push(call);
        await ended(record);
      }
    }
    expect(refused.length).toBeGreaterThan(5);
    expect({ survived: survived.sort(), again }).toEqual(expected);
  },
);
