import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp, WorkerId } from '../domain/ids.ts';
import { allOf, type Clause } from './conditions.ts';
import { loginKey } from './keys.ts';
import { parseItem, SCHEMA } from './rows.ts';
import { Table } from './table.ts';

const LoginShape = z.object({ refusedVersion: z.string().exactOptional() });

export interface LoginStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly now: () => Timestamp;
}

/** Who may log in to a server now, and which password it has refused: a server lets in few logins. */
export class LoginStore {
  private readonly table: Table;
  private readonly now: () => Timestamp;

  constructor(options: LoginStoreOptions) {
    this.table = new Table(options);
    this.now = options.now;
  }

  /** @returns false while another worker is logging in. A lease ends by itself after `seconds`. */
  async takeLease(lease: {
    readonly serverId: string;
    readonly owner: WorkerId;
    readonly seconds: number;
  }): Promise<boolean> {
    const now = Math.floor(Date.parse(this.now()) / 1000);
    const free: Clause = {
      name: 'leaseFree',
      expression: 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR leaseOwner = :owner',
      values: { ':now': now, ':owner': lease.owner },
    };
    const condition = allOf(free);
    const written = await this.table.write([
      {
        Update: {
          TableName: this.table.name,
          Key: loginKey(lease.serverId),
          UpdateExpression: 'SET leaseOwner = :owner, leaseUntil = :until, #schema = :schema',
          ...condition,
          ExpressionAttributeNames: { '#schema': 'schema' },
          ExpressionAttributeValues: {
            ...condition.ExpressionAttributeValues,
            ':until': now + lease.seconds,
            ':schema': SCHEMA,
          },
        },
      },
    ]);
    return written === 'written';
  }

  async releaseLease(lease: {
    readonly serverId: string;
    readonly owner: WorkerId;
  }): Promise<void> {
    const ours: Clause = {
      name: 'leaseOurs',
      expression: 'leaseOwner = :owner',
      values: { ':owner': lease.owner },
    };
    await this.table.write([
      {
        Update: {
          TableName: this.table.name,
          Key: loginKey(lease.serverId),
          UpdateExpression: 'REMOVE leaseOwner, leaseUntil',
          ...allOf(ours),
        },
      },
    ]);
  }

  /** The version of the secret whose password the server refused, if it did. */
  async refusedVersion(serverId: string): Promise<string | undefined> {
    const { PK, SK } = loginKey(serverId);
    const [item] = await this.table.all({
      KeyConditionExpression: 'PK = :pk AND SK = :sk',
      ExpressionAttributeValues: { ':pk': PK, ':sk': SK },
      ConsistentRead: true,
    });
    return item === undefined ? undefined : parseItem(LoginShape, item).refusedVersion;
  }

  /** A refused password is not tried again until the secret has another version. */
  async rememberRefusal(serverId: string, secretVersion: string): Promise<void> {
    await this.table.write([
      {
        Update: {
          TableName: this.table.name,
          Key: loginKey(serverId),
          UpdateExpression: 'SET refusedVersion = :version, #schema = :schema',
          ExpressionAttributeNames: { '#schema': 'schema' },
          ExpressionAttributeValues: { ':version': secretVersion, ':schema': SCHEMA },
        },
      },
    ]);
  }
}
