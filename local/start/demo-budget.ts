import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ActualServer } from '../actual/server.ts';
import { writeWhole } from '../runtime/whole-file.ts';
import { StartError } from './start-error.ts';

const BUILDER = join(import.meta.dirname, '../demo/build.ts');

/** The sync id of the demo budget; built once, then kept in the data folder. */
export async function ensureDemoBudget(server: ActualServer, dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'demo-budget');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const syncId = await build(server);
  // Last of all: a build that was cut off is begun again.
  writeWhole(file, syncId);
  return syncId;
}

async function build(server: ActualServer): Promise<string> {
  const builder = spawn(process.execPath, [BUILDER], {
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, NODE_ENV: 'production' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const today = new Date().toISOString().slice(0, 10);
  builder.stdin.end(JSON.stringify({ serverUrl: server.url, password: server.password, today }));
  const ended = new Promise((resolve) => builder.once('close', resolve));
  const syncId = await text(builder.stdout);
  if ((await ended) !== 0 || syncId === '') {
    throw new StartError(
      'The demo budget could not be built; remove the data folder and try again.',
    );
  }
  return syncId;
}
