import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sentenceOf } from '../../functions/domain/failures.ts';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { filesOf } from '../actual/archives.ts';
import { householdDoes } from '../actual/household.ts';
import { changeAccounts } from '../actual/server-files.ts';
import { synthesized } from './assemblies.ts';
import { Bucket, layersOf } from './bucket.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** An end-to-end encrypted budget: its password is in the secret of its server, or it is not. */

const RIGHT = 'canary of the garden';
const WRONG = 'canary of the shed';

let server: ActualServer;
let product: Installation;
let secrets: SecretsManagerClient;
let bucket: Bucket;
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  product = await install({ assembly, serverUrl: server.url });
  bucket = new Bucket(product);
  secrets = new SecretsManagerClient({
    endpoint: String(product.stack.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER),
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
});

beforeEach(async () => {
  home = await householdDoes(server.url, [
    { do: 'create', transactions: 30 },
    { do: 'encrypt', password: RIGHT },
  ]);
});

afterAll(async () => {
  secrets?.destroy();
  bucket?.close();
  await product?.close();
  await server?.remove();
});

/** What the operator puts into the secret, while the stack runs. */
async function passwordIs(password: string | undefined): Promise<void> {
  const budgetPasswords = password === undefined ? {} : { [home]: password };
  const secret = { serverUrl: server.url, password: PASSWORD, budgetPasswords };
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: String(product.stack.stack.outputs.ActualSecretId),
      SecretString: JSON.stringify(secret),
    }),
  );
}

const synced = async () => (await product.run('sync_and_suggest', home)).job;

describe('without its password', () => {
  it('ENCRYPTION_KEY_REQUIRED: a job fails and says what to do', async () => {
    await passwordIs(undefined);
    expect(await synced()).toMatchObject({
      status: 'failed',
      failureCode: 'ENCRYPTION_KEY_REQUIRED',
      failureReason: expect.stringContaining('password'),
    });
    expect(await bucket.keys(`archives/${home}`)).toEqual([]);
  });
});

describe('with a wrong password', () => {
  it('ENCRYPTION_KEY_WRONG: a job fails, and succeeds once it is corrected', async () => {
    await passwordIs(WRONG);
    expect(await synced()).toMatchObject({ failureCode: 'ENCRYPTION_KEY_WRONG' });
    await passwordIs(RIGHT);
    expect(await synced()).toMatchObject({ status: 'succeeded' });
  });

  it('ENCRYPTION_KEY_WRONG and ENCRYPTION_KEY_REQUIRED: a job fails also where there is a snapshot from before', async () => {
    await passwordIs(RIGHT);
    expect(await synced()).toMatchObject({ status: 'succeeded' });
    const [before] = await bucket.keys(`archives/${home}`);
    await passwordIs(WRONG);
    expect(await synced()).toMatchObject({ failureCode: 'ENCRYPTION_KEY_WRONG' });
    await passwordIs(undefined);
    expect(await synced()).toMatchObject({ failureCode: 'ENCRYPTION_KEY_REQUIRED' });
    expect(await bucket.keys(`archives/${home}`)).toEqual([before]);
  });
});

describe('with its password', () => {
  it('ENCRYPTION_KEY_UNSUPPORTED: its key has nothing to be tested with, as keys once were', async () => {
    await passwordIs(RIGHT);
    changeAccounts(server, 'UPDATE files SET encrypt_test = NULL WHERE group_id = ?', home);
    expect(await synced()).toMatchObject({
      failureCode: 'ENCRYPTION_KEY_UNSUPPORTED',
      failureReason: sentenceOf('ENCRYPTION_KEY_UNSUPPORTED'),
      failureRetryable: false,
    });
  });

  it('is synced, suggested for, and written into, so that other devices read it', async () => {
    await passwordIs(RIGHT);
    expect((await synced()).metadata.counts).toMatchObject({ accounts: 3 });
    const { body } = await product.call('GET', `/budgets/${home}/suggestions`);
    const grocer = body.suggestions.find(({ transaction }: { transaction: { payee: string } }) =>
      transaction.payee.startsWith('Canary Grocer'),
    );
    expect(grocer.proposals[0]).toMatchObject({ categoryName: 'Food at home' });

    const applied = await product.run('suggestions_apply', home, {
      suggestionIds: [grocer.id],
    });
    expect(applied.job).toMatchObject({
      status: 'succeeded',
      metadata: { counts: { applied: 1, notApplied: 0 } },
    });
    const file = `${product.data}/seen.json`;
    await householdDoes(server.url, [
      { do: 'open', syncId: home, password: RIGHT },
      { do: 'write-down', file },
    ]);
    const seen: { readonly transactions: readonly { id: string; category: string }[] } = (
      await import(file, { with: { type: 'json' } })
    ).default;
    const written = seen.transactions.find(({ id }) => id === grocer.transactionId);
    expect(written?.category).toBe('Food at home');
  });

  it('has a snapshot in plain SQLite, as the documentation says, without passwords or token', async () => {
    await passwordIs(RIGHT);
    await synced();
    const [key = ''] = await bucket.keys(`archives/${home}`);
    const archive = await bucket.read(key);
    const database = Buffer.from(filesOf(archive)['db.sqlite'] ?? new Uint8Array());
    expect(database.subarray(0, 15).toString()).toBe('SQLite format 3');
    expect(database.includes('Canary Grocer')).toBe(true);
    const { token } = JSON.parse(product.stack.secretOf('SessionSecretId'));
    for (const layer of layersOf(archive)) {
      for (const secret of [token, RIGHT, PASSWORD]) expect(layer.includes(secret)).toBe(false);
    }
  });

  it('its password is in no log, execution or answer', async () => {
    await passwordIs(WRONG);
    const { id } = await synced();
    const told = [
      await product.logs(),
      JSON.stringify(
        product.stack.executions.list(String(product.stack.stack.outputs.StateMachineArn)),
      ),
      JSON.stringify(await product.call('GET', `/jobs/${id}`)),
      JSON.stringify(await product.call('GET', `/jobs/${id}/events`)),
    ].join('\n');
    for (const password of [RIGHT, WRONG]) expect(told).not.toContain(password);
  });
});
