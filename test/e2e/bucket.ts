import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import { CREDENTIALS, type Installation } from './installation.ts';

/** How the bucket server ends the name of the file with an object's bytes. */
const OBJECT = '._S3rver_object';

/** The bucket of an installation, as its operator sees it. */
export class Bucket {
  private readonly client: S3Client;
  private readonly name: string;
  private readonly data: string;

  constructor({ stack, data }: Installation) {
    this.data = data;
    this.client = new S3Client({
      endpoint: String(stack.endpoints.AWS_ENDPOINT_URL_S3),
      region: 'us-east-1',
      credentials: CREDENTIALS,
      forcePathStyle: true,
    });
    this.name = String(stack.stack.outputs.BucketName);
  }

  /** Off the disk: whatever lies there, in one go. */
  async keys(prefix = ''): Promise<readonly string[]> {
    const files = await readdir(join(this.data, 'buckets', this.name), { recursive: true });
    return files
      .filter((file) => file.endsWith(OBJECT))
      .map((file) => file.slice(0, -OBJECT.length))
      .filter((key) => key.startsWith(prefix));
  }

  async read(key: string): Promise<Uint8Array> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    await this.client.send(
      new PutObjectCommand({ Bucket: this.name, Key: key, Body: Buffer.from(content) }),
    );
  }

  /** Spoils an object's bytes on the disk: the bucket goes on saying of it what it said when it was written. */
  async spoil(key: string): Promise<void> {
    await writeFile(join(this.data, 'buckets', this.name, `${key}${OBJECT}`), 'Canary');
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
  }

  close(): void {
    this.client.destroy();
  }
}

/** An object's bytes as they are, and what is packed in them: the files of a zip, the content of a gzip. */
export function layersOf(content: Uint8Array): readonly Buffer[] {
  const [first, second] = content;
  const inside =
    first === 0x50 && second === 0x4b
      ? Object.values(unzipSync(content))
      : first === 0x1f && second === 0x8b
        ? [gunzipSync(content)]
        : [];
  return [Buffer.from(content), ...inside.flatMap(layersOf)];
}
