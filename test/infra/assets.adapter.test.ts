import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The assets, as the command line of the CDK packs them: with the rights that their files have on this machine. */

const APP = join(import.meta.dirname, '../../infra/app.ts');

let outdir: string;

beforeEach(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'assets-'));
});

afterEach(() => rm(outdir, { recursive: true, force: true }));

describe('the files of assets', () => {
  // Lambda reads them as another user than the one who deployed them.
  it('may be read by everybody, whatever umask whoever deploys has', async () => {
    const env = { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' };
    const script = 'umask 077 && exec "$0" "$1"';
    await promisify(execFile)('sh', ['-c', script, process.execPath, APP], { env });
    const files = globSync('asset.*/**/*', { cwd: outdir, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const rights = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o444));
    expect(new Set(rights)).toEqual(new Set([0o444]));
  });
});
