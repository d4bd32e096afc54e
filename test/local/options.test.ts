import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../local/start/options.ts';
import { parseServerUrl } from '../../local/start/server-address.ts';
import { StartError } from '../../local/start/start-error.ts';

const BUDGET = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const OWN = ['--server', 'https://actual.example.org', '--budget', BUDGET];

describe('options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({
      kind: 'start',
      port: 8787,
      data: expect.stringMatching(/\.data$/),
      once: false,
      json: false,
      home: { kind: 'demo', schedule: undefined, timeZone: undefined },
    });
  });

  it('take the ports that there are', () => {
    expect(parseOptions(['--port', '65535'])).toMatchObject({ port: 65_535 });
    expect(() => parseOptions(['--port', '65536'])).toThrow('--port has to be a number');
  });

  it('are read', () => {
    const args = ['--once', '--json', '--port', '9', '--data', '/tmp/x'];
    expect(parseOptions(args)).toMatchObject({ port: 9, data: '/tmp/x', once: true, json: true });
    expect(parseOptions(['--help'])).toEqual({ kind: 'help' });
    const scheduled = parseOptions(['--schedule', 'rate(1 hour)', '--time-zone', 'UTC']);
    expect(scheduled).toMatchObject({ home: { schedule: 'rate(1 hour)', timeZone: 'UTC' } });
  });

  it.each([
    [['--port', '70000']],
    [['--port', '1.5']],
    [['--port', '-1']],
    [['--port', '']],
    [['--port', '0x50']],
    [['--data', '']],
    [['--forget', '--data', '']],
    [['--json']],
    [['extra']],
    [['--data']],
  ])('%j is refused', (args) => {
    expect(() => parseOptions(args)).toThrow(StartError);
  });

  it.each([
    [['--forget'], { npm_config_forget: 'true' }, []],
    [
      ['--server', '--budget'],
      { npm_config_server: 'https://a.example', npm_config_budget: BUDGET },
      [],
    ],
    [['--once'], { npm_config_once: 'true' }, ['--port', '0']],
    [['--time-zone'], { npm_config_time_zone: 'UTC' }, ['--schedule', 'rate(1 day)']],
    [['--encryption-password-file'], { npm_config_encryption_password_file: 'key' }, []],
  ])('%j, which npm took for its own, is not started without', (options, byNpm, args) => {
    const said = `npm took ${options.join(' and ')} for itself. Nothing was started`;
    expect(() => parseOptions(args, '/', byNpm)).toThrow(said);
  });

  it('that npm has of its own too, or that were said after -- as well, are taken as they are', () => {
    const byNpm = { npm_config_json: 'true', npm_config_ca: 'own', npm_config_port: '9' };
    expect(parseOptions(['--port=9'], '/', byNpm)).toMatchObject({ port: 9, json: false });
  });

  it('that npm took for its own leave a value, which says where options belong', () => {
    expect(() => parseOptions(['9000'])).toThrow('Options come after --, as in npm start -- --');
  });
});

describe("options for one's own server", () => {
  it('have a data folder of their own', () => {
    expect(parseOptions(OWN)).toMatchObject({
      data: expect.stringMatching(/\.household$/),
      home: { serverUrl: 'https://actual.example.org', budgets: [BUDGET], forget: false },
    });
  });

  it('take several budgets, each once, and paths from where npm was called', () => {
    const more = ['--budget', OTHER, '--budget', BUDGET.toUpperCase(), '--ca', 'ca.pem'];
    const files = ['--password-file', '/p', '--encryption-password-file', 'e', '--data', 'd'];
    expect(parseOptions([...OWN, ...more, ...files], '/home/me')).toMatchObject({
      data: '/home/me/d',
      home: {
        budgets: [BUDGET, OTHER],
        authorityFile: '/home/me/ca.pem',
        passwordFile: '/p',
        encryptionPasswordFile: '/home/me/e',
      },
    });
  });

  it('take a Sync ID as it is pasted', () => {
    const pasted = [...OWN.slice(0, 2), '--budget', ' 0193B2C4-8D7E-7F00-A000-00000000000A '];
    expect(parseOptions(pasted)).toMatchObject({
      home: { budgets: ['0193b2c4-8d7e-7f00-a000-00000000000a'] },
    });
  });

  it.each([
    ['no schedule', ['--schedule', 'off'], { home: { schedule: 'off', timeZone: undefined } }],
    ['another time zone alone', ['--time-zone', 'UTC'], { home: { timeZone: 'UTC' } }],
    ['one job as JSON', ['--once', '--json'], { once: true, json: true }],
  ])('may ask for %s', (_what, more, meant) => {
    expect(parseOptions([...OWN, ...more])).toMatchObject(meant);
  });

  it('forget alone what is kept, or together with what is to be kept instead', () => {
    expect(parseOptions(['--forget', '--data', '/d'])).toEqual({ kind: 'forget', data: '/d' });
    expect(parseOptions(['--forget'])).toMatchObject({
      data: expect.stringMatching(/\.household$/),
    });
    expect(parseOptions([...OWN, '--forget'])).toMatchObject({ home: { forget: true } });
  });

  it.each([
    [['--budget', BUDGET], '--budget goes with --server'],
    [['--ca', '/ca.pem'], '--ca goes with --server'],
    [['--password-file', '/p'], '--password-file goes with --server'],
    [['--config', 'c.json'], '--config goes with --server'],
    [['--time-zone', 'UTC'], '--time-zone goes with --schedule, or with --server'],
    [['--allow-http'], '--allow-http goes with --server'],
    [['--server', 'https://a.example'], '--server goes with --budget'],
    [['--server', 'https://a.example', '--budget', 'My-Finances-1'], '--budget has to be'],
    [[...OWN, '--password', 'canary'], "Unknown option '--password'"],
    [[...OWN, '--allow-http'], '--allow-http goes with an http:// address'],
    [[...OWN, '--server', 'http://127.0.0.1:5006', '--ca', '/c'], '--ca goes with a server'],
    [[...OWN, '--schedule', 'off', '--time-zone', 'UTC'], '--time-zone goes with a schedule'],
    [[...OWN, '--budget', OTHER, '--once', '--json'], '--json goes with one --budget'],
  ])('%j is refused in one sentence', (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(StartError);
    expect(() => parseOptions(args)).toThrow(sentence);
    expect(() => parseOptions(args)).not.toThrow('canary');
  });
});

describe("a server's address", () => {
  const strictly = { allowHttp: false };

  it.each([
    ['https://actual.example.org/', 'https://actual.example.org'],
    ['https://EXAMPLE.org:443/actual//', 'https://example.org/actual'],
    ['http://localhost:5006', 'http://localhost:5006'],
    ['http://127.0.0.1:5006', 'http://127.0.0.1:5006'],
    ['http://127.1:5006', 'http://127.0.0.1:5006'],
    ['http://[::1]:5006', 'http://[::1]:5006'],
  ])('%s has one spelling', (text, url) => {
    expect(parseServerUrl(text, strictly)).toBe(url);
  });

  it.each([
    'http://actual.example.org',
    'http://192.168.1.5:5006',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://[::2]',
    'http://0.0.0.0',
  ])('%s is refused unless plain HTTP is allowed', (text) => {
    expect(() => parseServerUrl(text, strictly)).toThrow('--allow-http');
    expect(parseServerUrl(text, { allowHttp: true })).toBe(text);
  });

  it.each([
    ['actual.example.org', 'an address such as'],
    ['ftp://actual.example.org', 'an address such as'],
    ['https://me:canary@actual.example.org', 'no user and no password'],
    ['https://canary@actual.example.org', 'no user and no password'],
    ['https://actual.example.org?password=canary', 'without ? and #'],
    ['https://actual.example.org#canary', 'without ? and #'],
  ])('%s is refused without saying it again', (text, sentence) => {
    expect(() => parseServerUrl(text, strictly)).toThrow(sentence);
    expect(() => parseServerUrl(text, strictly)).not.toThrow('canary');
  });
});
