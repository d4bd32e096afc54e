import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { watchedNetwork } from '../../../functions/actual/network.ts';
import { withSession } from '../../../functions/actual/session.ts';
import { FailureError, failure } from '../../../functions/domain/failures.ts';
import { workerId } from '../../../functions/domain/ids.ts';
import { clockAndIds } from '../../../functions/handlers/adapters/clock-and-ids.ts';
import { readServerSettings, sessionSecret } from '../../../functions/handlers/adapters/secrets.ts';
import { LoginStore } from '../../../functions/store/login-store.ts';
import { SecretVault, startSecrets } from '../../../local/runtime/services/secrets.ts';
import { type ActualServer, PASSWORD, startActualServer } from '../../actual/actual-server.ts';
import { type MishapProxy, proxyTo } from '../../actual/proxy.ts';
import { expireSessions } from '../../actual/server-files.ts';
import { OWNER_ALONE } from '../../local/owner.ts';
import { createTable, type Engine, startEngine } from '../../store/engine.ts';
import { CREDENTIALS, resource, stackOf } from './services.ts';

/** Fifty workers at once on a real server, a real table and the secrets: how often do they log in? */

const WORKERS = 50;
const SERVER = resource('AWS::SecretsManager::Secret', 'server');
const SESSION = resource('AWS::SecretsManager::Secret', 'session');

let folder: string;
let server: ActualServer;
let proxy: MishapProxy;
let engine: Engine;
let secrets: Awaited<ReturnType<typeof startSecrets>>;
let client: SecretsManagerClient;
let vault: SecretVault;
let tables = 0;
let tableName: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logins-'));
  [server, engine] = await Promise.all([startActualServer(), startEngine()]);
  proxy = await proxyTo(server.url);
  vault = new SecretVault(join(folder, 'secrets.json'));
  const stack = stackOf(SERVER, SESSION);
  secrets = await startSecrets({ stack, vault, credentials: CREDENTIALS, guard: OWNER_ALONE });
  client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
});

beforeEach(async () => {
  tableName = `logins-${process.pid}-${++tables}`;
  await createTable(engine, tableName);
  vault.put(SERVER.arn, JSON.stringify({ serverUrl: proxy.url, password: PASSWORD }));
  vault.put(SESSION.arn, '{}');
});

afterAll(async () => {
  client.destroy();
  engine.stop();
  await secrets.close();
  await proxy.close();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Every worker asks the server for its budgets. @returns how many logins that took. */
async function everybodyAsks(): Promise<number> {
  const from = proxy.paths.length;
  await Promise.all(Array.from({ length: WORKERS }, (_, n) => asks(`worker-${n}`)));
  return proxy.paths.slice(from).filter((path) => path === '/account/login').length;
}

async function asks(worker: string): Promise<void> {
  const ports = {
    tokens: sessionSecret(client, SESSION.arn),
    logins: new LoginStore({ client: engine.documents, tableName, now: clockAndIds.now }),
    owner: workerId(worker),
    network: watchedNetwork(fetch),
    wait: () => new Promise<void>((resolve) => setTimeout(resolve, 200)),
  };
  const settings = await readServerSettings(client, SERVER.arn);
  await withSession(ports, settings, async (token) => {
    const headers = { 'X-ACTUAL-TOKEN': token };
    const answer = await fetch(`${proxy.url}/sync/list-user-files`, { headers });
    if (answer.status === 401) throw new FailureError(failure('SESSION_EXPIRED'));
    expect(answer.status).toBe(200);
  });
}

it('once, and not again while the token is good', async () => {
  expect(await everybodyAsks()).toBe(1);
  expect(await everybodyAsks()).toBe(0);
});

it('once when the token has expired, although the server renews it under the same name', async () => {
  await everybodyAsks();
  const before = vault.get(SESSION.arn)?.text ?? '';
  expireSessions(server);
  expect(await everybodyAsks()).toBe(1);
  const renewed = vault.get(SESSION.arn)?.text ?? '';
  expect(JSON.parse(renewed).token).toBe(JSON.parse(before).token);
  expect(await everybodyAsks()).toBe(0);
});

it('once with a password that is wrong', async () => {
  vault.put(SERVER.arn, JSON.stringify({ serverUrl: proxy.url, password: 'wrong' }));
  const from = proxy.paths.length;
  const asked = Array.from({ length: WORKERS }, (_, n) => asks(`worker-${n}`));
  const ended = await Promise.allSettled(asked);
  expect(ended.map(({ status }) => status)).toEqual(Array(WORKERS).fill('rejected'));
  for (const one of ended) expect(one).toMatchObject({ reason: { name: 'AUTH_FAILED' } });
  // And what the server says of itself: one without a password refuses whatever it is shown.
  expect(proxy.paths.slice(from)).toEqual(['/account/login', '/account/needs-bootstrap']);
});
