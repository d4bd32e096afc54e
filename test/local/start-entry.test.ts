import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

describe('the entry of npm start', () => {
  const folders: string[] = [];

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  /** Starts a program that only says so, where npm has installed these packages for those of the lock file. */
  function startWith(wanted: object, installed: object | undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'entry-'));
    folders.push(folder);
    for (const name of ['local/start', 'node_modules']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    const write = (name: string, packages: object) =>
      writeFileSync(join(folder, name), JSON.stringify({ packages }));
    write('package-lock.json', { '': { version: '0.1.0' }, ...wanted });
    if (installed !== undefined) write('node_modules/.package-lock.json', installed);
    for (const file of ['local/start.mjs', 'installed-packages.mjs']) {
      copyFileSync(file, join(folder, file));
    }
    writeFileSync(join(folder, 'local/start/main.ts'), "console.log('started');");
    const args = [join(folder, 'local/start.mjs')];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { stdout, stderr, status };
  }

  const used = { version: '2.0.0' };
  const refused = {
    stdout: '',
    stderr:
      'The packages that are installed are not those of this version: run `npm ci`, and then `npm start`.\n',
    status: 1,
  };

  it.each([
    ['another version of one', { 'node_modules/used': { version: '1.0.0' } }],
    ['one missing', {}],
  ])('asks for npm ci where an upgrade has left %s', (_what, installed) => {
    expect(startWith({ 'node_modules/used': used }, installed)).toEqual(refused);
  });

  it.each([
    ['all of them', { 'node_modules/used': used, 'node_modules/dev': { ...used, dev: true } }],
    ['no developers’ ones, nor those of other platforms', { 'node_modules/used': used }],
    ['them by other means', undefined],
  ])('starts where npm has installed %s', (_what, installed) => {
    const wanted = {
      'node_modules/used': used,
      'node_modules/dev': { ...used, dev: true },
      'node_modules/other-platform': { ...used, optional: true },
    };
    expect(startWith(wanted, installed)).toMatchObject({ stdout: 'started\n', status: 0 });
  });

  it('says which glibc it needs where what comes compiled would not load', () => {
    const older = `process.report.getReport = () => ({ header: { glibcVersionRuntime: '2.31' } })`;
    const args = ['--import', `data:text/javascript,${older}`, 'local/start.mjs', '--help'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^actual-jobs needs glibc 2\.34, .* has 2\.31: [^\n]+\n$/);
  });

  it('says which Node it needs where this one is too old for what it loads', () => {
    const versions = `({ ...process.versions, node: '24.4.1' })`;
    const older = `Object.defineProperty(process, 'versions', { value: ${versions} })`;
    const { stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${older}`, 'local/start.mjs', '--help'],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe(
      'actual-jobs needs Node 24.5.0 and this is 24.4.1: run `npm ci`, which brings it along, and then `npm start`.\n',
    );
  });
});
