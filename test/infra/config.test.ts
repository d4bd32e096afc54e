import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, readConfig } from '../../infra/config/config.ts';

describe('the configuration of a stack', () => {
  it('keeps and tries again as designed, unless told otherwise', () => {
    expect(readConfig(undefined)).toEqual({
      retentionDays: 30,
      pendingSuggestionDays: 90,
      unusedSnapshotDays: 90,
      logDays: 30,
      backupDays: 35,
      retry: { intervalSeconds: 2, maxAttempts: 3, backoffRate: 3 },
      scheduledRetry: { intervalSeconds: 60, maxAttempts: 3, backoffRate: 5 },
      schedules: [],
      tracing: true,
      api: { allowedOrigins: [], throttle: { requestsPerSecond: 50, burst: 100 } },
    });
  });

  it.each([
    [{ retentionDays: 0 }, 'retentionDays'],
    [{ retentionDays: '30' }, 'retentionDays'],
    [{ pendingSuggestionDays: 0 }, 'pendingSuggestionDays'],
    [{ unusedSnapshotDays: 0.5 }, 'unusedSnapshotDays'],
    [{ logDays: 31 }, "logDays: has to be one of CloudWatch's: 1, 3, 5, 7, 14, 30"],
    [{ backupDays: 36 }, 'backupDays: may be 35 at most'],
    [{ retry: { intervalSeconds: 1 } }, 'retry.maxAttempts'],
    [
      { retry: { intervalSeconds: 1.5, maxAttempts: 3, backoffRate: 3 } },
      'retry.intervalSeconds: has to be a whole number',
    ],
    [
      { scheduledRetry: { intervalSeconds: 60, maxAttempts: 10, backoffRate: 5 } },
      'scheduledRetry.maxAttempts: makes waits of 126 minutes together, may make 105',
    ],
    [
      { retry: { intervalSeconds: 1, maxAttempts: 1e308, backoffRate: 3 } },
      'retry.maxAttempts: may be 10 at most',
    ],
    [{ retensionDays: 30 }, 'retensionDays'],
    ['30', 'the file: has to be an object'],
    [{ retentionDays: 0 }, 'retentionDays: has to be at least 1'],
    [{ retentionDays: 4000 }, 'retentionDays: may be 3650 at most'],
    [{ retentionDays: 1.5 }, 'retentionDays: has to be a whole number'],
    [{ retention: 30 }, 'the file: has no field retention'],
    [{ schedules: {} }, 'schedules: has to be a list'],
    [{ schedules: [{}] }, 'schedules.0.name: is missing'],
    [{ notices: {} }, 'notices.email: is missing'],
    [{ notices: { email: [] } }, 'notices.email: has to name an address'],
    [{ notices: { email: ['me'] } }, 'notices.email.0: has to be an e-mail address'],
    [{ notices: { email: ['a@b.org', 'a@b.org'] } }, 'notices.email: may name an address once'],
    [
      { model: { provider: 'openai', modelId: 'm', address: 'https://a.example', apiKey: 'k' } },
      'model.apiKey: has to be secret or none',
    ],
  ])('refuses %j and says where', (value, field) => {
    expect(() => parseConfig(value)).toThrow(ConfigError);
    expect(() => parseConfig(value)).toThrow(field);
  });

  it.each([1e20, -1e20, 2 ** 53])('says once what is wrong with the number %d', (number) => {
    const throttle = { requestsPerSecond: number, burst: 1 };
    const config = { retentionDays: number, api: { throttle } };
    expect(() => parseConfig(config)).toThrow(
      /^The configuration cannot be used:\n {2}retentionDays: .*\b(1|3650)\b.*\n {2}api.throttle.requestsPerSecond: .*$/,
    );
  });

  it('takes waits that an execution has the time for', () => {
    const retry = { intervalSeconds: 900, maxAttempts: 7, backoffRate: 1 };
    expect(parseConfig({ retry })).toMatchObject({ retry });
  });

  const nightly = {
    name: 'nightly',
    budgetId: '0193b2c4-8d7e-7f00-a000-000000000001',
    expression: 'cron(0 3 * * ? *)',
  };

  it('takes schedules, in UTC unless they name a time zone', () => {
    const berlin = { ...nightly, name: 'morning', timeZone: 'Europe/Berlin', bankSync: true };
    expect(parseConfig({ schedules: [nightly, berlin] }).schedules).toEqual([
      { ...nightly, timeZone: 'UTC' },
      berlin,
    ]);
  });

  it.each([
    [{ name: 'every night' }, 'schedules.0.name'],
    [{ name: '' }, 'schedules.0.name'],
    [
      { name: '_nightly' },
      'schedules.0.name: has to be 1 to 64 letters, digits, - and _, a letter or digit first',
    ],
    [{ budgetId: 'My Finances' }, 'schedules.0.budgetId'],
    [{ expression: 'cron(0 3 * * *)' }, 'schedules.0.expression: cron takes six fields'],
    [
      { expression: `cron(${'0,'.repeat(120)}0 3 * * ? *)` },
      'schedules.0.expression: may be 256 letters long at most',
    ],
    [{ timeZone: 'Berlin' }, 'schedules.0.timeZone'],
    [{ timeZone: '+02:00' }, 'schedules.0.timeZone'],
    [{ applyAtConfidence: 95 }, 'schedules.0.applyAtConfidence'],
    [{ applyAtConfidence: 5e-324 }, 'schedules.0.applyAtConfidence: has to be 0, or at least'],
    [{ bankSync: 'yes' }, 'schedules.0.bankSync'],
    [{ confidence: 1 }, 'confidence'],
  ])('refuses a schedule with %j and says where', (wrong, field) => {
    const value = { schedules: [{ ...nightly, ...wrong }] };
    expect(() => parseConfig(value)).toThrow(ConfigError);
    expect(() => parseConfig(value)).toThrow(field);
  });

  it.each([0, 1e-9, 0.95, 1])(
    'takes a schedule that applies at a confidence of %d',
    (applyAtConfidence) => {
      const schedules = [{ ...nightly, timeZone: 'UTC', applyAtConfidence }];
      expect(parseConfig({ schedules }).schedules).toEqual(schedules);
    },
  );

  it('refuses two schedules of one name', () => {
    expect(() => parseConfig({ schedules: [nightly, nightly] })).toThrow(
      'schedules.1.name: is taken already',
    );
  });

  it('refuses more schedules than a stack has room for', () => {
    const schedules = Array.from({ length: 251 }, (_, n) => ({ ...nightly, name: `s${n}` }));
    expect(() => parseConfig({ schedules })).toThrow('schedules: may name 250 schedules');
    expect(parseConfig({ schedules: schedules.slice(1) }).schedules).toHaveLength(250);
  });

  const [one, two, three] = [1, 2, 3].map((n) => `0193b2c4-8d7e-7f00-a000-00000000000${n}`);
  const home = { id: 'home', budgets: [one, two] };
  const club = { id: 'club', budgets: [three] };

  it('takes servers, each with its budgets', () => {
    expect(parseConfig({ servers: [home, club] }).servers).toEqual([home, club]);
    expect(parseConfig({ servers: [home], schedules: [nightly] }).schedules).toHaveLength(1);
    expect(parseConfig({}).servers).toBeUndefined();
  });

  it.each([
    [[], 'servers: has to name a server'],
    [[{ ...home, id: 'Home' }], 'servers.0.id: has to be'],
    [[{ ...home, id: 'my-home' }], 'servers.0.id: has to be'],
    [[home, { ...club, id: 'home' }], 'servers.1.id: is taken already'],
    [[{ ...home, budgets: [] }], 'servers.0.budgets: has to name a budget'],
    [[{ ...home, budgets: ['My Finances'] }], 'servers.0.budgets.0: has to be the Sync ID'],
    [[home, { ...club, budgets: [three, two] }], 'servers.1.budgets.1: is named already'],
    [[{ ...home, budgets: [one, one] }], 'servers.0.budgets.1: is named already'],
    [[{ ...home, url: 'https://home.example' }], 'url'],
    [
      Array.from({ length: 11 }, (_, n) => ({
        id: `s${n}`,
        budgets: [`0193b2c4-8d7e-7f00-b000-0000000000${String(n).padStart(2, '0')}`],
      })),
      'servers: may name 10 servers',
    ],
  ])('refuses the servers %j and says where', (servers, message) => {
    expect(() => parseConfig({ servers })).toThrow(ConfigError);
    expect(() => parseConfig({ servers })).toThrow(message);
  });

  it('refuses a schedule for a budget that is on none of the servers', () => {
    expect(() => parseConfig({ servers: [club], schedules: [nightly] })).toThrow(
      'schedules.0.budgetId: has to be a budget of one of the servers',
    );
  });

  it('takes the origins of pages that may call the API, as browsers send them', () => {
    const allowedOrigins = ['https://budget.example.org', 'http://localhost:5173'];
    expect(parseConfig({ api: { allowedOrigins } }).api).toEqual({
      allowedOrigins,
      throttle: { requestsPerSecond: 50, burst: 100 },
    });
  });

  it.each<readonly [unknown, string]>([
    [{ allowedOrigins: ['*'] }, 'api.allowedOrigins.0: has to be an origin'],
    [{ allowedOrigins: ['https://*.example.org'] }, 'api.allowedOrigins.0: has to be an origin'],
    [{ allowedOrigins: ['budget.example.org'] }, 'api.allowedOrigins.0: has to be an origin'],
    [{ allowedOrigins: ['https://a.example/'] }, 'api.allowedOrigins.0: has to be an origin'],
    [{ allowedOrigins: ['https://A.example'] }, 'api.allowedOrigins.0: has to be an origin'],
    [{ allowedOrigins: ['https://a.example:443'] }, 'api.allowedOrigins.0: has to be an origin'],
    [
      { allowedOrigins: ['https://a.b', 'https://a.b'] },
      'api.allowedOrigins: names an origin twice',
    ],
    [{ throttle: { burst: 1 } }, 'api.throttle.requestsPerSecond: has to be a whole number'],
    [
      { throttle: { requestsPerSecond: 0, burst: 1 } },
      'api.throttle.requestsPerSecond: has to be a whole number from 1 to 10000',
    ],
    [
      { throttle: { requestsPerSecond: 1, burst: 5001 } },
      'api.throttle.burst: has to be a whole number from 1 to 5000',
    ],
    [{ cors: true }, 'cors'],
  ])('refuses the API with %j and says where', (api, message) => {
    expect(() => parseConfig({ api })).toThrow(ConfigError);
    expect(() => parseConfig({ api })).toThrow(message);
  });

  it.each([[''], [{ schedules: [] }], [true]])(
    'is not passed over as %j, which is no path',
    (file) => {
      expect(() => readConfig(file)).toThrow('config has to be the path of a file');
    },
  );

  it.each([
    ' https://a.example/v1',
    'https://a.example/v1\n',
    'https://a.exa\tmple/v1',
    'https:/a.example/v1',
  ])(
    'refuses the address %j of a model or an issuer, which is not what would be called',
    (address) => {
      const model = { provider: 'openai', modelId: 'm', address };
      const jwt = { issuer: address, audience: ['a'] };
      expect(() => parseConfig({ model })).toThrow('model.address: has to be an address');
      expect(() => parseConfig({ auth: { jwt } })).toThrow(
        'auth.jwt.issuer: has to be the address',
      );
    },
  );

  it('reads a file that begins with the mark of some editors', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'marked.json');
    writeFileSync(file, '\ufeff{"retentionDays":7}');
    expect(readConfig(file).retentionDays).toBe(7);
  });

  it('says which file cannot be read or is not JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const file = join(folder, 'config.json');
    expect(() => readConfig(file)).toThrow(`${file} cannot be read`);
    writeFileSync(file, '{');
    expect(() => readConfig(file)).toThrow(`${file} is not JSON`);
    rmSync(folder, { recursive: true });
  });
});
