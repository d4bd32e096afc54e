import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LARGE_CALLS, SMALL_CALLS } from '../../../functions/handlers/adapters/calls.ts';
import { CREDENTIALS } from './services.ts';

/** A connection that was lost without a word, as one that Lambda froze for too long: what is sent is never answered. */

const HANDLERS = join(import.meta.dirname, '../../../functions/handlers');

let lost: Server;
let asked: Promise<unknown>;

beforeEach(async () => {
  lost = createServer();
  asked = once(lost, 'connection').then(([socket]) => once(socket, 'data'));
  await new Promise<void>((resolve) => lost.listen(0, '127.0.0.1', resolve));
  // The sockets go by real time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
  lost.close();
});

function client() {
  const { port }: AddressInfo = Object(lost.address());
  const there = { region: 'eu-central-1', credentials: CREDENTIALS, maxAttempts: 1 };
  return { ...there, endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true };
}

const object = { Bucket: 'bucket', Key: 'archives/1.zip' };

it.each([
  [
    'the secret of the server',
    3,
    () =>
      new SecretsManagerClient({ ...SMALL_CALLS, ...client() }).send(
        new GetSecretValueCommand({ SecretId: 'server' }),
      ),
  ],
  [
    'an archive',
    30,
    () => new S3Client({ ...LARGE_CALLS, ...client() }).send(new GetObjectCommand(object)),
  ],
  [
    'an archive that is written',
    30,
    () =>
      new S3Client({ ...LARGE_CALLS, ...client() }).send(
        new PutObjectCommand({ ...object, Body: 'archive' }),
      ),
  ],
])('%s is waited for no longer than %d seconds', async (_what, seconds, call) => {
  const ended = call().then(
    () => 'answered',
    (error: Error) => error.name,
  );
  await asked;
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  expect(await ended).toBe('TimeoutError');
});

it('no function calls AWS without such a bound', () => {
  const made = globSync('**/*.ts', { cwd: HANDLERS }).flatMap((file) => [
    ...readFileSync(join(HANDLERS, file), 'utf8').matchAll(/new \w+Client\(([^)]*)\)/g),
  ]);
  expect(made.length).toBeGreaterThan(5);
  for (const [text, bound] of made) expect(['SMALL_CALLS', 'LARGE_CALLS'], text).toContain(bound);
});
