import { DeleteObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { BudgetId } from '../../domain/ids.ts';
import { BUCKET_PREFIX } from '../../names.ts';

/** All objects of a budget in the bucket, those that no record points to as well. */
export class BudgetObjects {
  private readonly client: S3Client;
  private readonly bucketName: string;

  constructor(client: S3Client, bucketName: string) {
    this.client = client;
    this.bucketName = bucketName;
  }

  async keysOf(budget: BudgetId): Promise<readonly string[]> {
    const keys: string[] = [];
    for (const prefix of Object.values(BUCKET_PREFIX)) {
      const pages = paginateListObjectsV2(
        { client: this.client },
        { Bucket: this.bucketName, Prefix: `${prefix}${budget}/` },
      );
      for await (const { Contents = [] } of pages) {
        keys.push(...Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
      }
    }
    return keys;
  }

  /** What is not there counts as removed. */
  async remove(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map((Key) =>
        this.client.send(new DeleteObjectCommand({ Bucket: this.bucketName, Key })),
      ),
    );
  }
}
