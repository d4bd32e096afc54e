import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/start/assembly.ts';

/** Tries again soon, so that a test of a failure need not wait. */
const CONFIG = { retry: { intervalSeconds: 1, maxAttempts: 2, backoffRate: 1 } };

/**
 * Synthesizes the app as `npm start` does, with short waits between tries, and what else is configured; once in a run
 * of tests for each configuration. Whoever changes something in the assembly takes a copy.
 *
 * @returns the assembly's folder.
 */
export function synthesized(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return assemblyOf({ ...CONFIG, ...more });
}

/** As `synthesized`, with everything as by default: that is what is deployed. */
export function synthesizedByDefault(): Promise<string> {
  return assemblyOf({});
}

async function assemblyOf(config: Readonly<Record<string, unknown>>): Promise<string> {
  const text = JSON.stringify(config);
  const shared = await sharedFolder();
  const assembly = join(shared, createHash('sha256').update(text).digest('hex').slice(0, 16));
  if (existsSync(assembly)) return assembly;
  const own = await mkdtemp(join(shared, 'making-'));
  const file = join(own, 'config.json');
  await writeFile(file, text);
  const outdir = join(own, 'assembly');
  // The bundles are the same whatever is configured.
  const [made] = (await readdir(shared)).filter((name) => !name.startsWith('making-'));
  if (made !== undefined)
    await cp(join(shared, made, 'bundles'), join(outdir, 'bundles'), { recursive: true });
  await synthesize(outdir, file);
  // Two files that need the same one at once each make it; the first is taken by both.
  await rename(outdir, assembly).catch((error) => {
    if (!existsSync(assembly)) throw error;
  });
  await rm(own, { recursive: true, force: true });
  return assembly;
}

/** A script outside of a run of tests has a folder of its own. */
async function sharedFolder(): Promise<string> {
  const run = process.env.TEST_RUN_FOLDER ?? (await mkdtemp(join(tmpdir(), 'assemblies-')));
  process.env.TEST_RUN_FOLDER = run;
  const folder = join(run, 'assemblies');
  await mkdir(folder, { recursive: true });
  return folder;
}
