import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSecret } from '../../local/start/ask.ts';
import { readAuthority } from '../../local/start/authority.ts';
import { opens } from '../../local/start/budget-key.ts';
import { RefusedPassword } from '../../local/start/refused-password.ts';
import { readSecretFile } from '../../local/start/secret-file.ts';
import { chosenBudgets } from '../../local/start/sign-in.ts';
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
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'holds no certificate'],
  ])('%j is refused', (content, sentence) => {
    expect(() => readAuthority(file('no-ca', content))).toThrow(sentence);
    expect(() => readAuthority(join(folder, 'missing'))).toThrow('cannot be read');
  });
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

it('a refused password is known again, without being kept', () => {
  const refused = new RefusedPassword(folder);
  expect(refused.is('canary')).toBe(false);
  refused.remember('canary');
  expect(new RefusedPassword(folder).is('canary')).toBe(true);
  expect(refused.is('canary ')).toBe(false);
  refused.forget();
  expect(refused.is('canary')).toBe(false);
});

it('a key whose test is none is opened by nothing', () => {
  expect(opens('p', { salt: 's', test: 'not JSON' })).toBe(false);
});

describe('the budgets that are asked for', () => {
  const budget = (syncId: string, name: string) => ({
    fileId: 'f',
    syncId,
    name,
    encrypted: false,
  });
  const options = { serverUrl: 'https://a.example', budgets: ['b-2', 'b-1'], forget: false };

  it('are found in their order', () => {
    const found = chosenBudgets(options, [budget('b-1', 'One'), budget('b-2', 'Two')]);
    expect(found.map(({ name }) => name)).toEqual(['Two', 'One']);
  });

  it('are told when they are not there, with names that a terminal does not obey', () => {
    const choose = () => chosenBudgets(options, [budget('b-1', 'One\u001b[31m')]);
    expect(choose).toThrow('has no budget b-2; it has "One [31m" b-1.');
    expect(() => chosenBudgets(options, [])).toThrow('it has none.');
  });
});
