import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { ActualAccount } from '../../local/start/actual-account.ts';
import { askSecret } from '../../local/start/ask.ts';
import { readAuthority } from '../../local/start/authority.ts';
import { forgetServer, refuseHousehold } from '../../local/start/belonging.ts';
import { opens } from '../../local/start/budget-key.ts';
import { modelKeyFor } from '../../local/start/model-key.ts';
import { RefusedPassword } from '../../local/start/refused-password.ts';
import { readSecretFile } from '../../local/start/secret-file.ts';
import { makeAuthority } from '../actual/certificates.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'household-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('a server that is forgotten', () => {
  it('leaves no secret, and none that a killed start was about to keep', () => {
    const data = mkdtempSync(join(folder, 'data-'));
    const names = [
      'server',
      'secrets.json',
      'secrets.json.new',
      'secrets.json.4711',
      'refused-password',
      'credentials',
    ];
    for (const name of names) writeFileSync(join(data, name), name);
    expect(forgetServer(data)).toBe('server');
    expect(readdirSync(data)).toEqual(['credentials']);
  });

  it('leaves no room for the demo, which would keep its household out of what it has there', () => {
    const data = mkdtempSync(join(folder, 'data-'));
    for (const name of ['server', 'dynamodb.sqlite']) writeFileSync(join(data, name), name);
    forgetServer(data);
    expect(() => refuseHousehold(data)).toThrow('of an Actual server that was forgotten');
  });
});

describe('a password from a file', () => {
  const read = (path: string) => readSecretFile('--password-file', path);

  it('is what the file holds, without one newline at its end', () => {
    expect(read(file('unix', 'pass word\n'))).toBe('pass word');
    expect(read(file('windows', ' pässword \r\n', 0o400))).toBe(' pässword ');
    expect(read(file('bare', 'p'))).toBe('p');
  });

  it.each([
    [0o640, 'others may read'],
    [0o604, 'others may read'],
    [0o620, 'others may read'],
  ])('with the mode %o is refused', (mode, sentence) => {
    expect(() => read(file('open', 'canary', mode))).toThrow(sentence);
  });

  it('is refused when there is none, or more than one', () => {
    expect(() => read(join(folder, 'missing'))).toThrow('cannot be read');
    expect(() => read(folder)).toThrow(/others may read|cannot be read/);
    expect(() => read(file('empty', '\n'))).toThrow('is empty');
    expect(() => read(file('two', 'canary\ncanary\n'))).toThrow('in one line');
    expect(() => read(file('two', 'canary\ncanary\n'))).not.toThrow('canary\n');
  });
});

describe('an authority from a file', () => {
  it('is its certificates, and no key that lies beside them', () => {
    const authority = makeAuthority('Household');
    const { key } = authority.issue(['127.0.0.1']);
    const read = readAuthority(file('ca', `${key}\n${authority.certificate}\n# a comment\n`));
    expect(read.replace(/\s/g, '')).toBe(authority.certificate.replace(/\s/g, ''));
  });

  it.each([
    ['', 'holds no certificate'],
    [
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'certificate 1 of 1 is damaged',
    ],
  ])('%j is refused', (content, sentence) => {
    expect(() => readAuthority(file('no-ca', content))).toThrow(sentence);
    expect(() => readAuthority(join(folder, 'missing'))).toThrow('cannot be read');
  });

  it.each([
    ['damaged', (pem: string) => pem.replace(/M/g, '!')],
    ['cut off', (pem: string) => pem.slice(0, 200)],
  ])(
    'is refused with the place of the certificate that is %s, wherever it stands',
    (_how, broken) => {
      const [good, bad] = ['Good', 'Bad'].map((name) => makeAuthority(name).certificate);
      const spoilt = `${broken(bad ?? '')}\n`;
      const read = (content: string) => () => readAuthority(file('two-cas', content));
      expect(read(`${good}\n${spoilt}`)).toThrow(/two-cas: certificate 2 of 2 is damaged\.$/);
      expect(read(`${spoilt}${good}`)).toThrow(/two-cas: certificate 1 of 2 is damaged\.$/);
    },
  );
});

describe('a password that is asked for', () => {
  function terminal() {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true });
    return { input, output, shown: () => String(output.read() ?? '') };
  }

  it('is never shown, and can be corrected while it is typed', async () => {
    const { input, output, shown } = terminal();
    const asked = askSecret('Password', 'give a file', { input, output });
    input.write('canarx\u007fy\r');
    expect(await asked).toBe('canary');
    expect(shown()).toBe('Password: \n');
  });

  it.each([
    ['nothing', '\r'],
    ['Ctrl-C', 'canary\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('starts nothing when %s comes', async (_what, typed) => {
    const { input, output } = terminal();
    const asked = askSecret('Password', 'give a file', { input, output });
    input.write(typed);
    await expect(asked).rejects.toThrow('Nothing was given');
  });

  it('has another way where there is no terminal', async () => {
    const { output } = terminal();
    const asked = askSecret('Password', 'give a file', { input: new PassThrough(), output });
    await expect(asked).rejects.toThrow('There is no terminal to ask on: give a file.');
  });
});

describe('the key of a language model', () => {
  const secrets = (takesModelKey: boolean, modelKey?: string) => ({
    takesModelKey: () => takesModelKey,
    modelKey: () => modelKey,
  });
  const from = (modelKeyFile?: string) => ({ modelKeyFile });

  it('is what its file holds, or what is kept', async () => {
    const given = from(file('key', 'sk-canary\n'));
    expect(await modelKeyFor(secrets(true, 'kept'), given)).toBe('sk-canary');
    expect(await modelKeyFor(secrets(true, 'kept'), from())).toBe('kept');
  });

  it('is wanted where the configuration names a model that takes one, and nowhere else', async () => {
    expect(await modelKeyFor(secrets(false), from())).toBeUndefined();
    await expect(modelKeyFor(secrets(false), from('key'))).rejects.toThrow(
      '--model-key-file goes with a --config whose model takes a key',
    );
    await expect(modelKeyFor(secrets(true), from())).rejects.toThrow(
      'give the key in a file with --model-key-file',
    );
  });

  it('is refused from a file that others can read', async () => {
    const open = from(file('open-key', 'canary', 0o644));
    await expect(modelKeyFor(secrets(true), open)).rejects.toThrow('others may read');
  });
});

it('a refused password is known again, without being kept', () => {
  const refused = new RefusedPassword(folder);
  expect(refused.is('canary')).toBe(false);
  refused.remember('canary');
  expect(new RefusedPassword(folder).is('canary')).toBe(true);
  expect(refused.is('canary ')).toBe(false);
  refused.forget();
  expect(refused.is('canary')).toBe(false);
});

it('a password that one server refused is not known as refused by another: of a mistyped address, the right server would be said to have done it', () => {
  const data = mkdtempSync(join(folder, 'data-'));
  new RefusedPassword(data, 'https://mistyped.example').remember('canary');
  expect(new RefusedPassword(data, 'https://home.example').is('canary')).toBe(false);
  expect(new RefusedPassword(data, 'https://mistyped.example').is('canary')).toBe(true);
});

it('a password that was refused before an upgrade, without a word of the server, is not tried again', () => {
  const data = mkdtempSync(join(folder, 'data-'));
  new RefusedPassword(data).remember('canary');
  expect(new RefusedPassword(data, 'https://home.example').is('canary')).toBe(true);
});

it('a key whose test is none is opened by nothing', () => {
  expect(opens('p', { salt: 's', test: 'not JSON' })).toBe(false);
});

it('why a server lets nobody in is told in characters that a terminal does not obey', async () => {
  const said = { reason: 'openid\u001b]0;\u0007' };
  const server = createServer((_, answer) => answer.writeHead(400).end(JSON.stringify(said)));
  const { url, close } = await listenOnLoopback(server);
  const login = new ActualAccount(url).logIn('secret');
  await expect(login).rejects.toThrow('did not let us in (openid ]0; ): where it lets people in');
  await close();
});
