import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepServer } from '../../local/start/belonging.ts';
import {
  isDataFolder,
  openDataFolder,
  writeAwsConfig,
  writeBudgets,
} from '../../local/start/data-folder.ts';
import { writeConfig } from '../../local/start/household-config.ts';
import { RefusedPassword } from '../../local/start/refused-password.ts';

const folder = mkdtempSync(join(tmpdir(), 'data-folder-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Collects what nobody holds on to, there and then. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe('a data folder', () => {
  it('stays in use by its start, though nothing there holds on to it', () => {
    openDataFolder(folder);
    collectGarbage();
    expect(() => openDataFolder(folder)).toThrow('in use by another start');
  });

  it('can be used by the next start once it was released', () => {
    const other = join(folder, 'other');
    openDataFolder(other).release();
    expect(() => openDataFolder(other).release()).not.toThrow();
  });

  it('whose lock this user may not write is refused: SQLite would lock it for nobody', () => {
    const restored = join(folder, 'restored');
    openDataFolder(restored).release();
    const { accessSync } = fs;
    const disk = vi.spyOn(fs, 'accessSync').mockImplementation((file, mode) => {
      if (String(file).endsWith('lock.sqlite') && mode === fs.constants.W_OK)
        throw Object.assign(new Error('access'), { code: 'EACCES' });
      accessSync(file, mode);
    });
    try {
      syncBuiltinESMExports();
      expect(() => openDataFolder(restored)).toThrow('restored cannot be written by this user');
    } finally {
      disk.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('whose lock is damaged is refused by the name of that file, which other rights would not mend', () => {
    const restored = join(folder, 'restored');
    openDataFolder(restored).release();
    const lock = join(restored, 'lock.sqlite');
    writeFileSync(lock, 'no database');
    expect(() => openDataFolder(restored)).toThrow(`The file ${lock} is damaged: remove it.`);
    rmSync(lock);
    expect(() => openDataFolder(restored).release()).not.toThrow();
  });

  it('is not taken for one that no start has made where this user may not look into it', () => {
    const closed = Object.assign(new Error('stat'), { code: 'EACCES', path: '/data/lock.sqlite' });
    const disk = vi.spyOn(fs, 'statSync').mockImplementation(() => {
      throw closed;
    });
    try {
      syncBuiltinESMExports();
      expect(() => isDataFolder(folder)).toThrow(closed);
    } finally {
      disk.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('that is a file is refused as one, which other rights would not mend', () => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'plain');
    writeFileSync(file, 'mine');
    expect(() => openDataFolder(file)).toThrow(`${file} is a file, and the data is kept`);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('that cannot be made is no reason to take over a folder', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    const open = () => openDataFolder(join(folder, 'file', 'data'));
    expect(open).toThrow(/data cannot be made: choose another with --data\.$/);
  });

  it('that holds folders of others is refused, and left as it is', () => {
    const shared = join(folder, 'shared');
    mkdirSync(join(shared, 'scratch'), { recursive: true });
    chmodSync(shared, 0o755);
    expect(() => openDataFolder(shared)).toThrow('holds other folders');
    expect(statSync(shared).mode & 0o777).toBe(0o755);
    expect(readdirSync(shared)).toEqual(['scratch']);
  });

  it('of which something cannot be read is refused by its name', () => {
    const made = join(folder, 'sudo');
    openDataFolder(made).release();
    // Root, as whom tests may run, can read all that is there.
    symlinkSync(join(folder, 'nowhere'), join(made, 'server'));
    expect(() => openDataFolder(made)).toThrow(/\/sudo\/server cannot be read by this user/);
    // Nor is it in use by the start that was refused.
    expect(() => openDataFolder(made)).toThrow(/\/sudo\/server cannot be read by this user/);
  });

  it.each([
    ['of an older start', 'scratch', 'lock.sqlite'],
    ['out of a backup without its lock', 'scratch', 'dynamodb.sqlite'],
    ['that has the output of the start', '.', 'start.log'],
    ["that is a disk's own", 'lost+found', '.fsck'],
    ["that is a user's home", '.config', '.profile'],
  ])('%s is taken', (_what, inner, file) => {
    const made = join(folder, 'made');
    mkdirSync(join(made, inner), { recursive: true });
    writeFileSync(join(made, file), '');
    expect(() => openDataFolder(made).release()).not.toThrow();
  });

  it.each([
    ['changes nothing', () => {}],
    [
      'is refused',
      () => {
        throw new Error('EPERM');
      },
    ],
  ])(
    'is refused where others stay in it, as on a disk where a change of rights %s',
    (_what, change) => {
      const open = join(folder, 'windows');
      mkdirSync(open, { recursive: true });
      chmodSync(open, 0o755);
      const disk = vi.spyOn(fs, 'chmodSync').mockImplementation(change);
      try {
        syncBuiltinESMExports();
        expect(() => openDataFolder(open)).toThrow(
          /windows cannot be closed to others: [^\n]+--data\.$/,
        );
        expect(readdirSync(open)).toEqual([]);
      } finally {
        disk.mockRestore();
        syncBuiltinESMExports();
      }
    },
  );

  it('closes to others what an older version or a backup has left open in it', () => {
    const made = join(folder, 'open-before');
    mkdirSync(join(made, 'buckets', 'one'), { recursive: true });
    const files = ['dynamodb.sqlite', 'buckets/one/snapshot'].map((name) => join(made, name));
    for (const file of files) writeFileSync(file, '', { mode: 0o644 });
    openDataFolder(made).release();
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(join(made, 'buckets')).mode & 0o777).toBe(0o700);
  });

  it('closes nothing that is not its own: what a link leads to, what a home folder has, what everybody has', () => {
    const made = join(folder, 'home');
    const others = ['elsewhere', 'home/.profile', 'home/cdk.out/template'].map((name) =>
      join(folder, name),
    );
    openDataFolder(made).release();
    mkdirSync(join(made, 'cdk.out'));
    for (const file of others) {
      writeFileSync(file, '');
      chmodSync(file, 0o644);
    }
    symlinkSync(join(folder, 'elsewhere'), join(made, 'linked'));
    openDataFolder(made).release();
    expect(others.map((file) => statSync(file).mode & 0o777)).toEqual([0o644, 0o644, 0o644]);
  });

  it('keeps its credentials from start to start, and says what to do where they are damaged', () => {
    const made = join(folder, 'again');
    const first = openDataFolder(made);
    first.release();
    const second = openDataFolder(made);
    second.release();
    expect(second.credentials).toEqual(first.credentials);
    writeFileSync(join(made, 'credentials'), '[default]\naws_access_key_id = AKIA\n');
    expect(() => openDataFolder(made)).toThrow('has no aws_secret_access_key; remove the file');
  });

  it.runIf(existsSync('/dev/full')).each([
    ['aws-config', () => writeAwsConfig(folder, { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' })],
    ['budgets.json', () => writeBudgets(folder, ['home'])],
  ])('has in %s what the last start wrote where the disk has no room for more', (name, write) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), 'the last start');
    symlinkSync('/dev/full', join(folder, `${name}.new`));
    expect(write).toThrow('ENOSPC');
    expect(readFileSync(join(folder, name), 'utf8')).toBe('the last start');
  });

  it('is for its owner alone, and so is what a start writes into it, wherever it is copied to', () => {
    const open = join(folder, 'open');
    mkdirSync(open, { recursive: true });
    chmodSync(open, 0o755);
    const { path, release } = openDataFolder(open);
    writeAwsConfig(path, { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' });
    writeBudgets(path, ['home']);
    writeConfig({ budgets: ['home'], schedule: undefined, timeZone: undefined }, path);
    keepServer(path, 'https://actual.example.org');
    new RefusedPassword(path).remember('canary');
    release();
    const others = (name: string) => statSync(join(path, name)).mode & 0o077;
    expect(others('.')).toBe(0);
    const written = readdirSync(path).filter((name) => !name.startsWith('lock.sqlite'));
    expect(written.sort()).toEqual([
      'aws-config',
      'budgets.json',
      'config.json',
      'credentials',
      'curlrc',
      'refused-password',
      'server',
    ]);
    expect(written.filter((name) => others(name) !== 0)).toEqual([]);
  });
});
