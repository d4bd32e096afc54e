import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
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
  // Whoever gives up breaks the connection.
  lost = createServer((socket) => socket.on('error', () => undefined));
  asked = once(lost, 'connection').then(([socket]) => once(socket, 'data'));
  await new Promise<void>((resolve) => lost.listen(0, '127.0.0.1', resolve));
  // The sockets go by real time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
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

/** An answer that stops after its first bytes, on a machine where sockets take a millisecond for a second. */
function stopsInTheMiddle(): void {
  const { setTimeout: wait } = Socket.prototype;
  vi.spyOn(Socket.prototype, 'setTimeout').mockImplementation(function (this: Socket, ms, heard) {
    return wait.call(this, ms / 1000, heard);
  });
  lost.on('connection', (socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{')),
  );
}

it('an archive that stops coming in the middle is given up', async () => {
  stopsInTheMiddle();
  const { Body } = await new S3Client({ ...LARGE_CALLS, ...client() }).send(
    new GetObjectCommand(object),
  );
  const read = Body?.transformToByteArray().then(
    () => 'read',
    (error: Error) => error.name,
  );
  // The SDK looks at the socket of a call that takes longer than so.
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await read).toBe('TimeoutError');
});

it('a secret that stops coming in the middle is given up', async () => {
  stopsInTheMiddle();
  const call = new SecretsManagerClient({ ...SMALL_CALLS, ...client() }).send(
    new GetSecretValueCommand({ SecretId: 'server' }),
  );
  await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('no function calls AWS without such a bound', () => {
  const made = globSync('**/*.ts', { cwd: HANDLERS }).flatMap((file) => [
    ...readFileSync(join(HANDLERS, file), 'utf8').matchAll(/new \w+Client\(([^)]*)\)/g),
  ]);
  expect(made.length).toBeGreaterThan(5);
  for (const [text, bound] of made) expect(['SMALL_CALLS', 'LARGE_CALLS'], text).toContain(bound);
});
