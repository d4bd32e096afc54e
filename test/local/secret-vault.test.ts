import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretVault } from '../../local/runtime/services/secrets.ts';

const VAULT = pathToFileURL(join(import.meta.dirname, '../../local/runtime/services/secrets.ts'));

/** Puts a certificate beside the password, in a process whose files may not grow as long as that. */
const PUT = `
  import { SecretVault } from '${VAULT}';
  try {
    new SecretVault(process.argv[1]).put('certificate', 'c'.repeat(9000));
  } catch {}
`;
const WITH_LITTLE_ROOM = 'ulimit -f 4 && exec "$0" "$@"';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the secrets of a data folder', () => {
  it('are what they were where there is room for a part of the new ones alone', () => {
    const file = join(folder, 'secrets.json');
    new SecretVault(file).put('password', 'kept');
    const before = readFileSync(file, 'utf8');
    const node = [process.execPath, '--input-type=module', '-e', PUT, file];
    execFileSync('sh', ['-c', WITH_LITTLE_ROOM, ...node], { stdio: 'ignore' });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('keep their version until they are others: by it, jobs know which password was refused', () => {
    const file = join(folder, 'versions.json');
    const first = new SecretVault(file).put('password', 'refused');
    expect(new SecretVault(file).put('password', 'refused')).toEqual(first);
    const { versionId } = new SecretVault(file).put('password', 'another');
    expect(versionId).not.toBe(first.versionId);
  });

  it('are kept when they are put once more after they could not be written', () => {
    const file = join(folder, 'later', 'secrets.json');
    const vault = new SecretVault(file);
    expect(() => vault.put('password', 'new')).toThrow('ENOENT');
    mkdirSync(join(folder, 'later'));
    vault.put('password', 'new');
    expect(new SecretVault(file).get('password')?.text).toBe('new');
  });

  it.each(['null', '[]', '{"password":"canary"}', '{"password":{"versionId":"1"}}'])(
    'that are not in the form in which they are kept (%s) are refused, and left as they are',
    (text) => {
      const file = join(folder, 'foreign.json');
      writeFileSync(file, text);
      const open = () => new SecretVault(file);
      expect(open).toThrow(`The secrets in ${file} cannot be read`);
      expect(open).not.toThrow('canary');
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});
