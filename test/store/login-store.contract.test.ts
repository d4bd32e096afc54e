import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Timestamp, workerId } from '../../functions/domain/ids.ts';
import { NewerSchemaError } from '../../functions/store/errors.ts';
import { loginKey } from '../../functions/store/keys.ts';
import { LoginStore } from '../../functions/store/login-store.ts';
import { at } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';

let tables: Tables;
let options: ConstructorParameters<typeof LoginStore>[0];
let logins: LoginStore;
let now: Timestamp;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  options = { ...(await tables.empty()), now: () => now };
  logins = new LoginStore(options);
});

const lease = (owner: string, serverId = 'server-1') => ({
  serverId,
  owner: workerId(owner),
  seconds: 60,
});

describe('the lease to log in', () => {
  it('is given to one of many that ask at once', async () => {
    const asked = Array.from({ length: 20 }, (_, n) => logins.takeLease(lease(`worker-${n}`)));
    expect((await Promise.all(asked)).filter((taken) => taken)).toHaveLength(1);
  });

  it('is free again when its holder gives it back', async () => {
    await logins.takeLease(lease('one'));
    await logins.releaseLease(lease('one'));
    expect(await logins.takeLease(lease('two'))).toBe(true);
  });

  it('is not given back by somebody else', async () => {
    await logins.takeLease(lease('one'));
    await logins.releaseLease(lease('two'));
    expect(await logins.takeLease(lease('two'))).toBe(false);
  });

  it('ends by itself, for a holder that died', async () => {
    await logins.takeLease(lease('one'));
    now = at(59);
    expect(await logins.takeLease(lease('two'))).toBe(false);
    now = at(60);
    expect(await logins.takeLease(lease('two'))).toBe(true);
  });

  it('is no damage to what is remembered of a server that nobody has logged in to yet', async () => {
    await logins.takeLease(lease('one'));
    expect(await logins.past('server-1')).toEqual({});
  });

  it('is not taken where a newer version has kept what it knows, which stays as it is', async () => {
    const Item = { ...loginKey('server-1'), schema: 2, refusedVersion: ['version-7'] };
    const put = { Put: { TableName: options.tableName, Item } };
    await options.client.send(new TransactWriteCommand({ TransactItems: [put] }));
    await expect(logins.takeLease(lease('one'))).rejects.toThrow(NewerSchemaError);
    await expect(logins.past('server-1')).rejects.toThrow(NewerSchemaError);
  });

  it('is one for each server', async () => {
    await logins.takeLease(lease('one'));
    expect(await logins.takeLease(lease('two', 'server-2'))).toBe(true);
  });
});

describe('a refused password', () => {
  it('is remembered by the version of its secret, through leases that come and go', async () => {
    expect((await logins.past('server-1')).refusedVersion).toBeUndefined();
    await logins.takeLease(lease('one'));
    await logins.rememberRefusal('server-1', 'version-7');
    await logins.releaseLease(lease('one'));
    expect((await logins.past('server-1')).refusedVersion).toBe('version-7');
    expect((await logins.past('server-2')).refusedVersion).toBeUndefined();
  });
});

describe('a login', () => {
  const login = { login: 'login-1', secretVersion: 'version-7' };

  it('is remembered for a minute, beside the refusal and the lease', async () => {
    expect(await logins.past('server-1')).toEqual({});
    await logins.takeLease(lease('one'));
    await logins.rememberRefusal('server-1', 'version-6');
    await logins.rememberLogin('server-1', login.login, login.secretVersion);
    await logins.releaseLease(lease('one'));
    now = at(59);
    expect(await logins.past('server-1')).toMatchObject({
      refusedVersion: 'version-6',
      recent: login,
    });
    now = at(60);
    expect((await logins.past('server-1')).recent).toBeUndefined();
    expect((await logins.past('server-2')).recent).toBeUndefined();
  });
});
