import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../local/runtime/services/free-port.ts';

/**
 * A loopback port for a process that cannot choose one itself. What nobody listens on may be found by two, as it takes seconds on a busy
 * machine until the first of them listens; so no port comes twice in a run of tests.
 */
export async function portOfItsOwn(find = freePort): Promise<number> {
  for (;;) {
    const port = await find();
    if (await take(port)) return port;
  }
}

/** Takes a port. @returns whether nobody of the run had; outside of one there is nobody else. */
async function take(port: number): Promise<boolean> {
  const run = process.env.TEST_RUN_FOLDER;
  if (run === undefined) return true;
  try {
    await writeFile(join(run, `port-${port}`), '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (Object(error).code === 'EEXIST') return false;
    throw error;
  }
}
