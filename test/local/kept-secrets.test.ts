import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretVault } from '../../local/runtime/services/secrets.ts';
import { KeptSecrets } from '../../local/start/kept-secrets.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:server';
const MODEL_SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:model';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-secrets-'));
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  write('manifest.json', { artifacts: { jobs: { type: 'aws:cloudformation:stack' } } });
  write('jobs.assets.json', { files: {} });
  write('jobs.template.json', {
    Resources: {},
    Outputs: { ActualSecretId: { Value: SECRET }, SessionSecretId: { Value: 'session' } },
  });
});

/** Of a stack whose language model is at this address. */
function askingModelAt(address: string): KeptSecrets {
  const template = { Resources: {}, Outputs: { ModelSecretId: { Value: MODEL_SECRET } } };
  writeFileSync(join(folder, 'jobs.template.json'), JSON.stringify(template));
  return new KeptSecrets(folder, folder, address);
}

afterEach(() => rmSync(folder, { recursive: true }));

it('knows the encryption password of a budget that was put into the secret in capitals: put in once more beside it, jobs would refuse the secret', () => {
  const vault = new SecretVault(join(folder, 'secrets.json'));
  const budgetPasswords = { '0193B2C4-8D7E-7F00-A000-000000000001': 'the password' };
  vault.put(SECRET, JSON.stringify({ serverUrl: 'https://home', password: 'p', budgetPasswords }));
  expect(new KeptSecrets(folder, folder, undefined).server()?.budgetPasswords).toEqual({
    '0193b2c4-8d7e-7f00-a000-000000000001': 'the password',
  });
});

it('has the session of the password that is kept, and of no other that was put there since', () => {
  const secret = { serverUrl: 'https://home', password: 'p', budgetPasswords: {} };
  const session = { token: 't', login: 'l' };
  new KeptSecrets(folder, folder, undefined).keep(secret, session);
  expect(new KeptSecrets(folder, folder, undefined).session()).toMatchObject(session);
  const vault = new SecretVault(join(folder, 'secrets.json'));
  vault.put(SECRET, JSON.stringify({ ...secret, password: 'another' }));
  expect(new KeptSecrets(folder, folder, undefined).session()).toBeUndefined();
});

describe('the key of a language model', () => {
  it('is kept for the address that it was given for: another one would get a key that is not its own', () => {
    askingModelAt('https://one.example/v1').keepModelKey('canary');
    expect(askingModelAt('https://one.example/v1').modelKey()).toBe('canary');
    expect(askingModelAt('https://other.example/v1').modelKey()).toBeUndefined();
  });

  it('is good where an older version has kept it without an address', () => {
    const vault = new SecretVault(join(folder, 'secrets.json'));
    vault.put(MODEL_SECRET, JSON.stringify({ apiKey: 'canary' }));
    expect(askingModelAt('https://one.example/v1').modelKey()).toBe('canary');
  });
});
