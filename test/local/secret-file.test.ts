import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isOpenToOthers, readSecretFile } from '../../local/start/secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'secret-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: Buffer): string {
  const path = join(folder, 'password');
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

describe('a password from a file', () => {
  it('is without the mark that editors on Windows begin a file with', () => {
    const saved = file(Buffer.from('\ufeffpässword\r\n'));
    expect(readSecretFile('--password-file', saved)).toBe('pässword');
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeffcanary\r\n', 'utf16le')],
    ['Latin-1', Buffer.from('canäry\n', 'latin1')],
  ])('is refused in %s, before a server is asked to take it', (_what, bytes) => {
    const saved = file(bytes);
    const message = `--password-file: ${saved} has to be text in UTF-8.`;
    expect(() => readSecretFile('--password-file', saved)).toThrow(
      expect.objectContaining({ message }),
    );
  });
});

describe('a file is open to others', () => {
  it.each([
    ['not as systemd loads it for the user of a service', 0o440, 0, 0, false],
    ['where its group is that of people', 0o440, 0, 100, true],
    ['where its owner is not the system', 0o440, 1000, 0, true],
    ['where everybody reads it', 0o444, 0, 0, true],
    ['not where its owner alone reads it', 0o400, 1000, 1000, false],
  ])('%s', (_when, mode, uid, gid, isOpen) => {
    expect(isOpenToOthers({ mode: mode + 0o100_000, uid, gid })).toBe(isOpen);
  });
});
