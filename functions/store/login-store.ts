import * as z from 'zod';
import { epochSecondsOf, type Timestamp, type WorkerId } from '../domain/ids.ts';
import { allOf, type Clause } from './conditions.ts';
import { loginKey } from './keys.ts';
import { parseItem, SCHEMA } from './rows.ts';
import { Table, type TableOptions } from './table.ts';

const LoginShape = z.object({
  refusedVersion: z.string().exactOptional(),
  lastLogin: z
    .object({ login: z.string(), secretVersion: z.string(), at: z.number() })
    .exactOptional(),
});

/** Far longer than a written secret takes to be seen by everybody. */
const RECENT_SECONDS = 60;

export interface LoginStoreOptions extends TableOptions {
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

  /**
   * @returns false while another worker is logging in. A lease ends by itself after `seconds`.
   * @throws NewerSchemaError when a newer version has kept what it knows there, which stays as it is.
   */
  async takeLease(lease: {
    readonly serverId: string;
    readonly owner: WorkerId;
    readonly seconds: number;
  }): Promise<boolean> {
    const now = this.seconds();
    const free: Clause = {
      name: 'leaseFree',
      expression: 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR leaseOwner = :owner',
      values: { ':now': now, ':owner': lease.owner },
    };
    const known: Clause = {
      name: 'knownSchema',
      expression: 'attribute_not_exists(#schema) OR #schema <= :schema',
      values: { ':schema': SCHEMA },
    };
    const condition = allOf(free, known);
    const transacted = await this.table.transact([
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
          },
        },
      },
    ]);
    if (transacted.kind === 'written') return true;
    for (const { found } of transacted.refusals) {
      if (found !== undefined) parseItem(LoginShape, found);
    }
    return false;
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

  /** Version of the secret whose password the server refused, and the last login where that was a moment ago. */
  async past(serverId: string): Promise<{
    readonly refusedVersion: string | undefined;
    readonly recent: { readonly login: string; readonly secretVersion: string } | undefined;
  }> {
    const item = await this.table.one(loginKey(serverId));
    const { refusedVersion, lastLogin } = item === undefined ? {} : parseItem(LoginShape, item);
    const isRecent = lastLogin !== undefined && this.seconds() - lastLogin.at < RECENT_SECONDS;
    return { refusedVersion, recent: isRecent ? lastLogin : undefined };
  }

  /** A refused password is not tried again until the secret has another version. */
  async rememberRefusal(serverId: string, secretVersion: string): Promise<void> {
    await this.set(serverId, 'refusedVersion', secretVersion);
  }

  async rememberLogin(serverId: string, login: string, secretVersion: string): Promise<void> {
    await this.set(serverId, 'lastLogin', { login, secretVersion, at: this.seconds() });
  }

  private async set(serverId: string, attribute: string, value: unknown): Promise<void> {
    await this.table.write([
      {
        Update: {
          TableName: this.table.name,
          Key: loginKey(serverId),
          UpdateExpression: 'SET #attribute = :value, #schema = :schema',
          ExpressionAttributeNames: { '#attribute': attribute, '#schema': 'schema' },
          ExpressionAttributeValues: { ':value': value, ':schema': SCHEMA },
        },
      },
    ]);
  }

  private seconds(): number {
    return epochSecondsOf(this.now());
  }
}
