import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../../functions/domain/failures.ts';
import { readServerSettings, sessionSecret } from '../../../functions/handlers/adapters/secrets.ts';
import { SecretVault, startSecrets } from '../../../local/runtime/services/secrets.ts';
import { OWNER_ALONE } from '../../local/owner.ts';
import { CREDENTIALS, resource, stackOf } from './services.ts';

const SERVER = resource('AWS::SecretsManager::Secret', 'server');
const SESSION = resource('AWS::SecretsManager::Secret', 'session');
let folder: string;
let vault: SecretVault;
let service: Awaited<ReturnType<typeof startSecrets>>;
let client: SecretsManagerClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  vault = new SecretVault(join(folder, 'secrets.json'));
  const stack = stackOf(SERVER, SESSION);
  service = await startSecrets({ stack, vault, credentials: CREDENTIALS, guard: OWNER_ALONE });
  client = new SecretsManagerClient({
    endpoint: service.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
});

afterAll(async () => {
  client.destroy();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

function settingsFrom(content: string) {
  vault.put(SERVER.arn, content);
  return readServerSettings(client, SERVER.arn);
}

/** In PEM. */
const CERTIFICATE = `${rootCertificates[0]}\n`;

const withAuthority = (certificateAuthority: string) =>
  JSON.stringify({ serverUrl: 'https://home.example', password: 'p', certificateAuthority });

describe('the secret of the Actual server', () => {
  it('takes an authority of several certificates', async () => {
    const authority = rootCertificates.slice(0, 2).join('\n');
    const { certificateAuthority } = await settingsFrom(withAuthority(authority));
    expect(certificateAuthority).toBe(authority);
  });

  it('gives address and password, and a name for the server that does not say its address', async () => {
    const settings = await settingsFrom('{"serverUrl":"https://home.example","password":"p"}');
    expect(settings).toMatchObject({
      serverUrl: 'https://home.example',
      password: 'p',
      budgetPasswords: {},
    });
    expect(settings.serverId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('gives the passwords of encrypted budgets by Sync IDs as requests name them, in whatever case it has them', async () => {
    const settings = await settingsFrom(
      '{"serverUrl":"https://home.example","password":"p","budgetPasswords":{"0193B2C4-8D7E-7F00-A000-000000000001":"Secret Garden","0193b2c4-8d7e-7f00-a000-000000000002":"Other"}}',
    );
    expect(settings.budgetPasswords).toEqual({
      '0193b2c4-8d7e-7f00-a000-000000000001': 'Secret Garden',
      '0193b2c4-8d7e-7f00-a000-000000000002': 'Other',
    });
  });

  it('has another version once it says something else', async () => {
    const { secretVersion: one } = await settingsFrom(
      '{"serverUrl":"https://home.example","password":"one"}',
    );
    const { secretVersion: two } = await settingsFrom(
      '{"serverUrl":"https://home.example","password":"two"}',
    );
    expect(one).not.toBe('');
    expect(two).not.toBe(one);
  });

  it.each([
    ['CANARY is no JSON', 'its JSON'],
    ['["CANARY"]', 'its JSON'],
    ['{"serverUrl":"CANARY","password":"CANARY"}', 'serverUrl'],
    ['{"serverUrl":"ftp://CANARY","password":"CANARY"}', 'serverUrl'],
    ['{"serverUrl":"https://CANARY:CANARY@home.example","password":"CANARY"}', 'serverUrl'],
    ['{"serverUrl":"https://home.example/?CANARY","password":"CANARY"}', 'serverUrl'],
    ['{"serverUrl":"https://home.example/#CANARY","password":"CANARY"}', 'serverUrl'],
    [
      '{"serverUrl":"https://home.example","password":"p","certificateAuthority":"CANARY"}',
      'certificateAuthority',
    ],
    ['{"serverUrl":"https://home.example","password":"p","CANARY":"p"}', 'its JSON'],
    ['{"serverUrl":"https://CANARY"}', 'password'],
    ['{"serverUrl":"https://CANARY","password":""}', 'password'],
    [
      '{"serverUrl":"https://CANARY","password":"p","budgetPasswords":{"CANARY":7}}',
      'budgetPasswords',
    ],
    [
      '{"serverUrl":"https://home.example","password":"p","budgetPasswords":{"CANARY":"p","canary":"q"}}',
      'budgetPasswords',
    ],
  ])(
    'SECRET_INVALID: one that says %s is refused by the name of the field alone',
    async (content, field) => {
      const refused = settingsFrom(content);
      await expect(refused).rejects.toMatchObject({ name: 'SECRET_INVALID' });
      await expect(refused).rejects.toThrow(field);
      await expect(refused).rejects.not.toThrow('CANARY');
    },
  );

  it.each([
    ['with one certificate that is none', `${CERTIFICATE}${CERTIFICATE.replace('MII', 'AAAA')}`],
    ['that OpenSSL calls trusted', CERTIFICATE.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')],
  ])('SECRET_INVALID: an authority %s is refused, not passed over', async (_what, authority) => {
    await expect(settingsFrom(withAuthority(authority))).rejects.toThrow(
      'Look at: certificateAuthority.',
    );
  });
});

describe('STORAGE_UNAVAILABLE: secrets that cannot be used', () => {
  const token = { token: 'CANARY', login: 'one', secretVersion: 'version-1' };

  it.each<[string, () => Promise<unknown>]>([
    ["the Actual server's is read", () => readServerSettings(client, 'no-such-secret')],
    ['the session token is read', () => sessionSecret(client, 'no-such-secret').read()],
    ['the session token is kept', () => sessionSecret(client, 'no-such-secret').write(token)],
  ])('say why when %s, and nothing that they hold', async (_when, ask) => {
    const { reason } = failure(
      'STORAGE_UNAVAILABLE',
      'It was the secrets: ResourceNotFoundException.',
    );
    await expect(ask()).rejects.toMatchObject({ name: 'STORAGE_UNAVAILABLE', message: reason });
  });
});

describe('the session secret', () => {
  const store = () => sessionSecret(client, SESSION.arn);

  it.each([
    '{}',
    '{"unused":"x"}',
    'nothing',
    '{"token":"","login":"l","secretVersion":"v"}',
    '{"token":"t","secretVersion":"v"}',
  ])('has no token while it says %s', async (content) => {
    vault.put(SESSION.arn, content);
    expect(await store().read()).toBeUndefined();
  });

  it('gives back the token that was written', async () => {
    const token = { token: 'the-token', login: 'one', secretVersion: 'version-1' };
    await store().write(token);
    expect(await store().read()).toEqual(token);
  });
});
