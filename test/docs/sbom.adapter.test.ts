import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { nameOf, readLockFile } from '../../docs/packages.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** Our own, in a folder of the repository. */
const GENERATORS = 'generators';

const BillOfMaterials = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(
    z.object({ name: z.string(), version: z.string(), purl: z.string().startsWith('pkg:npm/') }),
  ),
});

it.each([
  ['', {}],
  [', also where npm leaves out what is for development', { NODE_ENV: 'production' }],
])('npm run sbom names every package of the lock file and no other%s', async (_where, shell) => {
  const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'sbom'], {
    cwd: REPOSITORY,
    env: { ...process.env, ...shell },
    maxBuffer: 10_000_000,
  });
  const { components } = BillOfMaterials.parse(JSON.parse(stdout));
  const installed = Object.entries(readLockFile()).map(
    ([folder, { version }]) => `${nameOf(folder)}@${version}`,
  );
  const others = components.filter(({ name }) => name !== GENERATORS);
  expect(others.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(
    [...new Set(installed)].sort(),
  );
});
