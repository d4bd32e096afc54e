import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

const APP = join(import.meta.dirname, '../../infra/app.ts');

/**
 * Synthesizes the CDK app into a folder, in a process of its own.
 *
 * @param config path of the stack's configuration; without one it is as by default.
 */
export async function synthesize(outdir: string, config?: string): Promise<void> {
  const app = spawn(process.execPath, [APP], {
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      ...(config === undefined ? {} : { ACTUAL_JOBS_CONFIG: config }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  app.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => app.once('close', resolve));
  if (code !== 0)
    throw new StartError(`The CDK app could not be synthesized:\n${complaint.trim()}`);
}
