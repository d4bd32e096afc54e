import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { startJsonService } from '../../local/runtime/services/json-service.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { config } from './services.ts';

/** What the services of this machine that speak AWS's JSON protocol have in common. */

/** Calls an operation of any name, signed as the SDK signs. */
async function called(url: string, operation: string): Promise<unknown> {
  const client = new SecretsManagerClient(config(url));
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign(Object(args.request).headers, { 'x-amz-target': `service.${operation}` });
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  return client.send(new GetSecretValueCommand({ SecretId: 'x' }));
}

describe('a service', () => {
  it('has the operations that it names, and none that every object of JavaScript has', async () => {
    const service = await startJsonService({
      credentials: CREDENTIALS,
      operations: { Known: () => ({ Name: 'answered' }) },
    });
    expect(await called(service.url, 'Known')).toMatchObject({ Name: 'answered' });
    for (const name of ['Unknown', 'constructor', 'toString', '__proto__']) {
      await expect(called(service.url, name), name).rejects.toMatchObject({
        name: 'UnknownOperationException',
        message: name,
      });
    }
    await service.close();
  });
});
