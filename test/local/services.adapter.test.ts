import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEventBridge } from '../../local/runtime/services/eventbridge.ts';
import { startGuarded } from '../../local/runtime/services/guarded-process.ts';
import { startS3 } from '../../local/runtime/services/s3.ts';
import { SecretVault, startSecrets } from '../../local/runtime/services/secrets.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';
import { config, resource, stackOf } from './services.ts';

/** The other services behind the functions, spoken to with the SDK's own clients. */

const STRANGER = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the bucket', () => {
  it('takes, gives and removes objects, and tells a missing one by its name', async () => {
    const s3 = await startS3({
      stack: stackOf(resource('AWS::S3::Bucket', 'Store')),
      folder: join(folder, 'buckets'),
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    });
    const client = new S3Client(config(s3.url));
    const object = { Bucket: 'store', Key: 'archives/a b.zip' };
    await client.send(new PutObjectCommand({ ...object, Body: Buffer.from([0, 1, 255]) }));
    const { Body } = await client.send(new GetObjectCommand(object));
    expect([...((await Body?.transformToByteArray()) ?? [])]).toEqual([0, 1, 255]);
    await client.send(new DeleteObjectCommand(object));
    await expect(client.send(new GetObjectCommand(object))).rejects.toThrow(NoSuchKey);
    await s3.close();
  });

  it('lists what begins with a prefix', async () => {
    const s3 = await startS3({
      stack: stackOf(resource('AWS::S3::Bucket', 'Store')),
      folder: join(folder, 'buckets'),
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    });
    const client = new S3Client(config(s3.url));
    for (const Key of ['kept/a b/1', 'kept/a b/2', 'kept/c/1']) {
      await client.send(new PutObjectCommand({ Bucket: 'store', Key, Body: 'x' }));
    }
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: 'store', Prefix: 'kept/a b/' }),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual(['kept/a b/1', 'kept/a b/2']);
    await s3.close();
  });

  it('lets in nobody with other keys, the well-known ones of the server, or none', async () => {
    const s3 = await startS3({
      stack: stackOf(resource('AWS::S3::Bucket', 'Store')),
      folder: join(folder, 'buckets'),
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    });
    const object = { Bucket: 'store', Key: 'a' };
    for (const credentials of [STRANGER, { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }]) {
      const stranger = new S3Client(config(s3.url, credentials));
      await expect(stranger.send(new GetObjectCommand(object))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      });
    }
    const forged = new S3Client(config(s3.url, { ...CREDENTIALS, secretAccessKey: 'wrong' }));
    await expect(forged.send(new GetObjectCommand(object))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    expect((await fetch(`${s3.url}/store/a`)).status).toBe(403);
    await s3.close();
  });
});

describe('secrets', () => {
  const stack = stackOf(
    resource('AWS::SecretsManager::Secret', 'Plain'),
    resource('AWS::SecretsManager::Secret', 'Made', {
      GenerateSecretString: { SecretStringTemplate: '{"a":1}', GenerateStringKey: 'b' },
    }),
  );
  const file = () => join(folder, 'secrets.json');

  it('start with what the template says, change with their version, and are kept', async () => {
    const vault = new SecretVault(file());
    vault.put('arn:Plain', 'given');
    const service = await startSecrets({
      stack,
      vault,
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    });
    const client = new SecretsManagerClient(config(service.url));
    const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
    expect((await get('arn:Plain')).SecretString).toBe('given');
    expect(JSON.parse(String((await get('arn:Made')).SecretString))).toEqual({
      a: 1,
      b: expect.any(String),
    });
    const before = (await get('arn:Plain')).VersionId;
    await client.send(
      new PutSecretValueCommand({ SecretId: 'arn:Plain', SecretString: 'changed' }),
    );
    const after = await get('arn:Plain');
    expect(after.SecretString).toBe('changed');
    expect(after.VersionId).not.toBe(before);
    await expect(get('arn:Nowhere')).rejects.toThrow(ResourceNotFoundException);
    await service.close();

    expect(new SecretVault(file()).get('arn:Plain')?.text).toBe('changed');
    expect((await stat(file())).mode & 0o077).toBe(0);
    expect(await readFile(file(), 'utf8')).toContain('changed');
  });

  it('keep the version of a value that is put again unchanged', () => {
    const vault = new SecretVault(join(folder, 'other.json'));
    const { versionId } = vault.put('arn:a', 'same');
    expect(vault.put('arn:a', 'same').versionId).toBe(versionId);
  });

  it.each([
    ['strangers', STRANGER],
    ['whoever has no more than the access key', { ...CREDENTIALS, secretAccessKey: 'guessed' }],
  ])('are not told to %s', async (_who, credentials) => {
    const vault = new SecretVault(file());
    const service = await startSecrets({
      stack,
      vault,
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    });
    const stranger = new SecretsManagerClient(config(service.url, credentials));
    await expect(
      stranger.send(new GetSecretValueCommand({ SecretId: 'arn:Plain' })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await service.close();
  });
});

describe('the event bus', () => {
  const published: Readonly<Record<string, unknown>>[] = [];
  const put = async (...entries: readonly Readonly<Record<string, unknown>>[]) => {
    const service = await startEventBridge({
      publish: (event) => published.push(event),
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    });
    const client = new EventBridgeClient({
      endpoint: service.url,
      region: 'us-east-1',
      credentials: CREDENTIALS,
    });
    try {
      return await client.send(new PutEventsCommand({ Entries: [...entries] }));
    } finally {
      client.destroy();
      await service.close();
    }
  };
  const ENTRY = { Source: 'shop', DetailType: 'Sold', Resources: ['arn:a'], Detail: '{"what":1}' };

  it('hands an event on as EventBridge words it', async () => {
    const { FailedEntryCount, Entries = [] } = await put(ENTRY);
    expect(FailedEntryCount).toBe(0);
    expect(published.at(-1)).toEqual({
      version: '0',
      id: Entries[0]?.EventId,
      source: 'shop',
      'detail-type': 'Sold',
      account: '000000000000',
      region: 'us-east-1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resources: ['arn:a'],
      detail: { what: 1 },
    });
  });

  it('refuses what it cannot take, entry by entry', async () => {
    const before = published.length;
    const { FailedEntryCount, Entries = [] } = await put(
      { ...ENTRY, Detail: 'no JSON' },
      ENTRY,
      { ...ENTRY, EventBusName: 'other' },
      { Detail: '{}' },
    );
    expect(FailedEntryCount).toBe(3);
    expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      undefined,
      'ResourceNotFoundException',
      'InvalidArgument',
    ]);
    expect(published).toHaveLength(before + 1);
  });

  it('takes ten at once and no more', async () => {
    await expect(put(...Array.from({ length: 11 }, () => ENTRY))).rejects.toThrow('1 to 10');
  });
});

describe('a guarded process', () => {
  it('is told what it prints, and ends when it is closed', async () => {
    const lines: string[] = [];
    const guarded = startGuarded({
      command: process.execPath,
      args: ['-e', 'console.log("up"); setInterval(() => {}, 1000)'],
      onLine: (line) => lines.push(line),
    });
    await expect.poll(() => lines).toEqual(['up']);
    await guarded.close();
    await guarded.exited;
  });
});
