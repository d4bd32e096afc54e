import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startS3 } from '../../local/runtime/services/s3.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';
import { config, resource, stackOf } from './services.ts';
import { signedSocket } from './signed-socket.ts';

/** Uploads, and those that are broken off, as by a worker that is out of time. */

const BYTES = 2_000_000;
const HALF = BYTES / 2;

let folder: string;
let s3: Awaited<ReturnType<typeof startS3>>;

const start = (buckets: string) =>
  startS3({
    stack: stackOf(resource('AWS::S3::Bucket', 'Store')),
    folder: buckets,
    credentials: CREDENTIALS,
    guard: OWNER_ALONE,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  s3 = await start(folder);
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

it('that are broken off leave no object, and one that was there as it was', async () => {
  const client = new S3Client(config(s3.url));
  const there = { Bucket: 'store', Key: 'kept/there' };
  await client.send(new PutObjectCommand({ ...there, Body: 'all of it' }));
  await breakOff('/store/kept/there');
  await breakOff('/store/kept/new');
  const { Body } = await client.send(new GetObjectCommand(there));
  expect(await Body?.transformToString()).toBe('all of it');
  const missing = { Bucket: 'store', Key: 'kept/new' };
  await expect(client.send(new GetObjectCommand(missing))).rejects.toThrow(NoSuchKey);
  await vi.waitFor(async () => expect(await readdir(join(folder, '.uploads'))).toEqual([]));
  const files = await readdir(join(folder, 'store/kept'));
  expect(files.filter((name) => !name.startsWith('there.'))).toEqual([]);
});

it('that were on their way when the machine went off take no room after the next start', async () => {
  const buckets = join(folder, 'off');
  await mkdir(join(buckets, '.uploads'), { recursive: true });
  await writeFile(join(buckets, '.uploads/half'), 'half of it');
  await (await start(buckets)).close();
  expect(await readdir(buckets)).not.toContain('.uploads');
});

it('go on where somebody has removed the folder that they are in', async () => {
  const client = new S3Client(config(s3.url));
  await rm(join(folder, '.uploads'), { recursive: true });
  const object = { Bucket: 'store', Key: 'kept/after' };
  await client.send(new PutObjectCommand({ ...object, Body: 'it' }));
  const { Body } = await client.send(new GetObjectCommand(object));
  expect(await Body?.transformToString()).toBe('it');
});

it('come to be where the last other object of their folder goes meanwhile', async () => {
  const client = new S3Client(config(s3.url));
  const [going, coming] = ['going', 'coming'].map((name) => ({
    Bucket: 'store',
    Key: `archives/budget/${name}`,
  }));
  if (going === undefined || coming === undefined) throw new Error('There are two');
  await client.send(new PutObjectCommand({ ...going, Body: 'old' }));
  const socket = begin(`/store/${coming.Key}`);
  const uploads = join(folder, '.uploads');
  await vi.waitFor(async () => expect(await readdir(uploads)).toHaveLength(1));
  await client.send(new DeleteObjectCommand(going));
  const answer = new Promise((resolve) => socket.once('data', (data) => resolve(`${data}`)));
  socket.write('x'.repeat(BYTES - HALF));
  expect(await answer).toContain('200 OK');
  socket.destroy();
  const { ContentLength } = await client.send(new GetObjectCommand(coming));
  expect(ContentLength).toBe(BYTES);
});

/** Begins an upload, and resolves when the service has given it up. */
async function breakOff(path: string): Promise<void> {
  const socket = begin(path).resume();
  const over = new Promise((resolve) => socket.once('close', resolve));
  socket.end();
  await over;
}

/** Sends the first half of an upload. */
function begin(path: string): Socket {
  const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'content-length': `${BYTES}` };
  const socket = signedSocket(s3.url, { service: 's3', method: 'PUT', path, headers });
  socket.write('x'.repeat(HALF));
  return socket;
}
