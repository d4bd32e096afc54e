import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repeated, type Spread, timed } from '../report/ratio.ts';

const START = join(import.meta.dirname, '../../local/start.mjs');
const STARTS = 3;

/** `npm start -- --once` on a data folder that a start before it has filled: seconds from the command to its end. */
export async function secondStarts(): Promise<Spread> {
  const data = await mkdtemp(join(tmpdir(), 'second-start-'));
  try {
    // The first one is not counted.
    return await repeated(async () => (await timed(() => start(data))) / 1000, STARTS);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

function start(data: string): Promise<void> {
  const args = [START, '--once', '--port', '0', '--data', data];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error) => (error === null ? resolve() : reject(error)));
  });
}
