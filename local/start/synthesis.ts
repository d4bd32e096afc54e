import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DISK_FULL, StartError } from './start-error.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const APP = join(REPOSITORY, 'infra/app.ts');
/** What an assembly is made of: these, and the packages that the lock file names. */
const SOURCES = ['infra/**/*', 'functions/**/*', 'package-lock.json', 'tsconfig.json'];
/** Says beside an assembly what it was made of; absent while it is being made. */
const MADE_OF = 'made-of';

/** Of the sources alone, whatever is configured. */
const BUNDLES = 'bundles';

/**
 * Synthesizes the CDK app into a folder, in a process of its own, unless what lies there was made of the same sources
 * and configuration. The functions' bundles are used again as long as the sources are the same.
 *
 * @param config path of the stack's configuration; without one it is as by default.
 * @throws StartError with what the app says is wrong.
 */
export async function synthesize(outdir: string, config?: string): Promise<void> {
  const mark = join(outdir, MADE_OF);
  const madeOf = fingerprint(config ?? process.env.ACTUAL_JOBS_CONFIG);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === madeOf) return;
  rmSync(mark, { force: true });
  // With the assets of other versions, and what was compiled of them.
  for (const name of existsSync(outdir) ? readdirSync(outdir) : []) {
    if (name !== BUNDLES) rmSync(join(outdir, name), { recursive: true, force: true });
  }
  const app = spawn(process.execPath, [APP], {
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      BUNDLES_MADE_OF: fingerprint(),
      // Three quarters of the time; it matters where the template is deployed from.
      CDK_VALIDATION: 'false',
      ...(config === undefined ? {} : { ACTUAL_JOBS_CONFIG: config }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [[code, signal], complaint] = await Promise.all([once(app, 'close'), text(app.stderr)]);
  if (code !== 0 && /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i.test(complaint))
    throw new StartError(DISK_FULL);
  if (signal !== null)
    throw new StartError(
      `Synthesizing the stack was ended by ${signal}: is this machine short of memory? End other programs, and start again.`,
    );
  if (code !== 0)
    throw new StartError(`The CDK app could not be synthesized:\n${complaint.trim()}`);
  writeFileSync(mark, madeOf);
}

/** Equal for equal contents of the sources and the configuration, on one platform and version of Node. */
export function fingerprint(config?: string): string {
  const files = globSync(SOURCES, { cwd: REPOSITORY, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  hash.update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of [...files, ...(config === undefined ? [] : [config])]) {
    const content = contentOf(file);
    // With its length, so that what ends one file cannot begin the next.
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Of a configuration that cannot be read the app says what is wrong with it. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
