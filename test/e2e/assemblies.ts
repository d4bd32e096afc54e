import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { synthesize } from '../../local/start/synthesis.ts';

/** Tries again soon, so that a test of a failure need not wait. */
const CONFIG = { retry: { intervalSeconds: 1, maxAttempts: 2, backoffRate: 1 } };

const LOOK_AGAIN_MS = 50;

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

/** One at a time: a file that needs the same one at once, or one with the same bundles, waits for them. */
async function assemblyOf(config: Readonly<Record<string, unknown>>): Promise<string> {
  const shared = await sharedFolder();
  const hash = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
  const assembly = join(shared, `${bundlesOf(config)}-${hash}`);
  const making = join(shared, 'making');
  while (!existsSync(assembly)) {
    if (!(await isNew(making))) {
      await setTimeout(LOOK_AGAIN_MS);
      continue;
    }
    try {
      if (!existsSync(assembly)) await rename(await make(config, making), assembly);
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }
  return assembly;
}

/** Which bundles it has: they are the same whatever else is configured. */
function bundlesOf(config: Readonly<Record<string, unknown>>): string {
  return 'model' in config ? 'with-model' : 'without-model';
}

/** @returns where the assembly is, in the folder that it is made in. */
async function make(config: Readonly<Record<string, unknown>>, folder: string): Promise<string> {
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  const outdir = join(folder, 'assembly');
  const others = await readdir(join(folder, '..'));
  const made = others.find((name) => name.startsWith(bundlesOf(config)));
  if (made !== undefined)
    await cp(join(folder, '..', made, 'bundles'), join(outdir, 'bundles'), { recursive: true });
  await synthesize(outdir, file);
  return outdir;
}

/** Makes a folder. @returns whether it was not there before. */
async function isNew(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (Object(error).code === 'EEXIST') return false;
    throw error;
  }
}

/** A script outside of a run of tests has a folder of its own. */
async function sharedFolder(): Promise<string> {
  const run = process.env.TEST_RUN_FOLDER ?? (await mkdtemp(join(tmpdir(), 'assemblies-')));
  process.env.TEST_RUN_FOLDER = run;
  const folder = join(run, 'assemblies');
  await mkdir(folder, { recursive: true });
  return folder;
}
