import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretVault } from '../../local/runtime/services/secrets.ts';
import { KeptSecrets } from '../../local/start/kept-secrets.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:server';

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

afterEach(() => rmSync(folder, { recursive: true }));

it('knows the encryption password of a budget that was put into the secret in capitals: put in once more beside it, jobs would refuse the secret', () => {
  const vault = new SecretVault(join(folder, 'secrets.json'));
  const budgetPasswords = { '0193B2C4-8D7E-7F00-A000-000000000001': 'the password' };
  vault.put(SECRET, JSON.stringify({ serverUrl: 'https://home', password: 'p', budgetPasswords }));
  expect(new KeptSecrets(folder, folder).server()?.budgetPasswords).toEqual({
    '0193b2c4-8d7e-7f00-a000-000000000001': 'the password',
  });
});
