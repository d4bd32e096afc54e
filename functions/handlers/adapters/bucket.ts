import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BudgetExtract } from '../../domain/extract.ts';
import { encodeExtract, parseExtract } from '../../domain/extract-codec.ts';
import { FailureError, failure } from '../../domain/failures.ts';
import { storageFailure, storedIn } from './storage.ts';

/** Pieces of a megabyte: the usual ones of 16 kB, each waited for, take nearly twice the time. */
const chunkSize = 2 ** 20;
const packWith = promisify(gzip);
/** In two fifths of the usual level's time, a tenth larger. */
const pack = (text: string) => packWith(text, { level: constants.Z_BEST_SPEED, chunkSize });
const unpackWith = promisify(gunzip);
const unpack = (packed: Uint8Array) => unpackWith(packed, { chunkSize });

/** An extract as it lies in the bucket. */
export function packExtract(extract: BudgetExtract): Promise<Uint8Array> {
  return pack(encodeExtract(extract));
}

/** @throws FailureError: SNAPSHOT_DAMAGED when it cannot be read. */
export async function unpackExtract(packed: Uint8Array): Promise<BudgetExtract> {
  try {
    return parseExtract((await unpack(packed)).toString('utf8'));
  } catch (error) {
    throw new FailureError(failure('SNAPSHOT_DAMAGED'), { cause: error });
  }
}

/**
 * The private bucket that snapshots of budgets lie in: archives as they are, extracts as gzipped JSON. Whatever else a call of it
 * fails with is FailureError: STORAGE_UNAVAILABLE.
 */
export class SnapshotObjects {
  private readonly client: S3Client;
  private readonly bucketName: string;

  constructor(client: S3Client, bucketName: string) {
    this.client = client;
    this.bucketName = bucketName;
  }

  /** @returns undefined when there is no such archive. */
  readArchive(key: string): Promise<Uint8Array | undefined> {
    return this.read(key);
  }

  /** @returns its stamp. */
  writeArchive(key: string, archive: Uint8Array): Promise<string> {
    return this.write(key, archive, 'application/zip');
  }

  /** @throws FailureError: SNAPSHOT_MISSING when there is none, SNAPSHOT_DAMAGED when it cannot be read. */
  async readExtract(key: string): Promise<BudgetExtract> {
    const packed = await this.read(key);
    if (packed === undefined) throw new FailureError(failure('SNAPSHOT_MISSING'));
    return unpackExtract(packed);
  }

  /** @returns its stamp. */
  async writeExtract(key: string, extract: BudgetExtract): Promise<string> {
    return this.write(key, await packExtract(extract), 'application/gzip');
  }

  /** The object's entity tag, which changes with its bytes; undefined when there is no such object. */
  async stampOf(key: string): Promise<string | undefined> {
    try {
      const { ETag } = await this.client.send(
        new HeadObjectCommand({ Bucket: this.bucketName, Key: key }),
      );
      return ETag;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw storageFailure('bucket', error);
    }
  }

  /** What is not there counts as removed. */
  async remove(keys: readonly string[]): Promise<void> {
    const removals = keys.map((Key) =>
      this.client.send(new DeleteObjectCommand({ Bucket: this.bucketName, Key })),
    );
    await storedIn('bucket', Promise.all(removals));
  }

  private async read(key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.client.send(
        new GetObjectCommand({ Bucket: this.bucketName, Key: key }),
      );
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw storageFailure('bucket', error);
    }
  }

  private async write(key: string, content: Uint8Array, contentType: string): Promise<string> {
    const put = new PutObjectCommand({
      Bucket: this.bucketName,
      Key: key,
      Body: content,
      ContentType: contentType,
    });
    const { ETag = '' } = await storedIn('bucket', this.client.send(put));
    return ETag;
  }
}
