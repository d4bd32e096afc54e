import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

/** The app as it stands in a folder where somebody has pulled a new version. */

const ROOT = join(import.meta.dirname, '../..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function synthesizeWith(version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pulled-'));
  folders.push(folder);
  cpSync(join(ROOT, 'infra'), join(folder, 'infra'), { recursive: true });
  cpSync(join(ROOT, 'installed-packages.mjs'), join(folder, 'installed-packages.mjs'));
  for (const name of ['functions', 'package.json', 'package-lock.json']) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '.package-lock.json') {
      symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
    }
  }
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  lock.packages['node_modules/zod'].version = version;
  writeFileSync(join(packages, '.package-lock.json'), JSON.stringify(lock));
  const outdir = join(folder, 'cdk.out');
  const { stderr, status } = spawnSync(process.execPath, [join(folder, 'infra/app.ts')], {
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: outdir },
  });
  const made = readdirSync(outdir).filter((name) => /bundles|template/.test(name));
  return { stderr, status, made };
}

it('bundles no packages of another version than this one is made for', () => {
  expect(synthesizeWith('0.0.1')).toEqual({
    stderr: 'The packages that are installed are not those of this version: run `npm ci` first.\n',
    status: 1,
    made: [],
  });
});
