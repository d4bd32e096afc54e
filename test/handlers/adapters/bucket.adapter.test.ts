import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../../functions/domain/failures.ts';
import { SnapshotObjects } from '../../../functions/handlers/adapters/bucket.ts';
import { startS3 } from '../../../local/runtime/services/s3.ts';
import { smallExtract } from '../../domain/extracts.ts';
import { OWNER_ALONE } from '../../local/owner.ts';
import { CREDENTIALS, resource, stackOf } from './services.ts';

const BUCKET = 'snapshots-test';
let folder: string;
let service: Awaited<ReturnType<typeof startS3>>;
let client: S3Client;
let objects: SnapshotObjects;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-'));
  const stack = stackOf(resource('AWS::S3::Bucket', BUCKET));
  service = await startS3({ stack, folder, credentials: CREDENTIALS, guard: OWNER_ALONE });
  client = new S3Client({
    endpoint: service.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  objects = new SnapshotObjects(client, BUCKET);
});

afterAll(async () => {
  client.destroy();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(key: string, content: Uint8Array): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
}

describe('an archive', () => {
  it('comes back byte for byte', async () => {
    const archive = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256);
    await objects.writeArchive('archives/b/1.zip', archive);
    expect(await objects.readArchive('archives/b/1.zip')).toEqual(archive);
  });

  it('that is not there is undefined', async () => {
    expect(await objects.readArchive('archives/b/none.zip')).toBeUndefined();
  });
});

describe('an extract', () => {
  it('comes back as it was written, and is small in the bucket', async () => {
    const extract = smallExtract();
    await objects.writeExtract('extracts/b/1.json.gz', extract);
    expect(await objects.readExtract('extracts/b/1.json.gz')).toEqual(extract);
    const command = new GetObjectCommand({ Bucket: BUCKET, Key: 'extracts/b/1.json.gz' });
    const { ContentLength } = await client.send(command);
    expect(ContentLength).toBeLessThan(JSON.stringify(extract).length);
  });

  it('that is not there is SNAPSHOT_MISSING', async () => {
    await expect(objects.readExtract('extracts/b/none.json.gz')).rejects.toMatchObject({
      name: 'SNAPSHOT_MISSING',
    });
  });

  it.each([
    ['not packed', Buffer.from('{}')],
    ['cut off', gzipSync(JSON.stringify(smallExtract())).subarray(0, 40)],
    ['of another shape', gzipSync('{"schema":1}')],
    ['of a newer schema', gzipSync('{"schema":2}')],
  ])('that is %s is SNAPSHOT_DAMAGED', async (_what, content) => {
    await put('extracts/b/damaged.json.gz', content);
    await expect(objects.readExtract('extracts/b/damaged.json.gz')).rejects.toMatchObject({
      name: 'SNAPSHOT_DAMAGED',
    });
  });
});

describe('the stamp of an object', () => {
  it('is what writing it answered', async () => {
    const archive = await objects.writeArchive('archives/b/stamped.zip', new Uint8Array([1]));
    expect(archive).not.toBe('');
    expect(await objects.stampOf('archives/b/stamped.zip')).toBe(archive);
    const extract = await objects.writeExtract('extracts/b/stamped.json.gz', smallExtract());
    expect(await objects.stampOf('extracts/b/stamped.json.gz')).toBe(extract);
  });

  it('is another one once the object has other bytes of the same length', async () => {
    const before = await objects.writeArchive('archives/b/changed.zip', new Uint8Array([1]));
    await put('archives/b/changed.zip', new Uint8Array([2]));
    expect(await objects.stampOf('archives/b/changed.zip')).not.toBe(before);
  });

  it('is undefined when it is not there', async () => {
    expect(await objects.stampOf('archives/b/none.zip')).toBeUndefined();
  });
});

it('objects are gone once they are removed, and may be removed again', async () => {
  await objects.writeArchive('archives/b/2.zip', new Uint8Array([1]));
  await objects.writeArchive('archives/b/3.zip', new Uint8Array([2]));
  await objects.remove(['archives/b/2.zip', 'archives/b/none.zip']);
  await objects.remove(['archives/b/2.zip']);
  expect(await objects.readArchive('archives/b/2.zip')).toBeUndefined();
  expect(await objects.readArchive('archives/b/3.zip')).toEqual(new Uint8Array([2]));
});

describe('STORAGE_UNAVAILABLE: a bucket that cannot be used', () => {
  const key = 'archives/b/1.zip';

  it.each<[string, (bucket: SnapshotObjects) => Promise<unknown>]>([
    ['read from', (bucket) => bucket.readArchive(key)],
    ['asked for a stamp', (bucket) => bucket.stampOf(key)],
    ['written to', (bucket) => bucket.writeArchive(key, new Uint8Array([1]))],
    ['rid of an object', (bucket) => bucket.remove([key])],
  ])('has no missing object when it cannot be %s, and says why', async (_what, ask) => {
    const away = new S3Client({
      endpoint: 'http://127.0.0.1:9',
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    const { reason } = failure('STORAGE_UNAVAILABLE', 'It was the bucket: ECONNREFUSED.');
    await expect(ask(new SnapshotObjects(away, BUCKET))).rejects.toMatchObject({
      name: 'STORAGE_UNAVAILABLE',
      message: reason,
    });
  });

  it('is told by the status where the answer says no more', async () => {
    const credentials = { ...CREDENTIALS, accessKeyId: 'AKIASTRANGER' };
    const stranger = new S3Client({ endpoint: service.url, region: 'us-east-1', credentials });
    const asked = new SnapshotObjects(stranger, BUCKET).stampOf(key);
    await expect(asked).rejects.toThrow('It was the bucket: HTTP 403.');
    stranger.destroy();
  });

  it('is named as AWS names what is wrong with it', async () => {
    const gone = new SnapshotObjects(client, 'no-such-bucket');
    await expect(gone.writeArchive(key, new Uint8Array([1]))).rejects.toThrow(
      'It was the bucket: NoSuchBucket.',
    );
  });
});
