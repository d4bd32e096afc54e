import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PASSWORD } from './actual-server.ts';
import type { Answer, Change, Order } from './household-changes.ts';

export interface Device {
  /** How far its clock is ahead. */
  readonly aheadMinutes?: number;
  /** PEM file of the authority that the server's certificate is from, where it is no public one. */
  readonly authorityFile?: string;
}

/** Processes with nothing to do: Actual's library takes half a second to load, and forgets one budget for the next. */
const idle: ChildProcess[] = [];

/** Another device of the household: changes a budget on the server with Actual's own library, in its own process. */
export async function householdDoes(
  serverUrl: string,
  changes: readonly Change[],
  { authorityFile, ...clock }: Device = {},
): Promise<string> {
  const order: Order = { serverUrl, password: PASSWORD, changes, ...clock };
  const device = (authorityFile === undefined ? idle.pop() : undefined) ?? started(authorityFile);
  const answer = await carriedOut(device, order);
  if (authorityFile === undefined && 'syncId' in answer) idle.push(device);
  else device.kill();
  if ('error' in answer) throw new Error(`The household's device failed: ${answer.error}`);
  return answer.syncId;
}

function started(authorityFile: string | undefined): ChildProcess {
  const device = fork(join(import.meta.dirname, 'household-device.ts'), {
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...(authorityFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorityFile }),
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It ends with this process, which need not wait for it.
  device.unref();
  device.channel?.unref();
  return device;
}

async function carriedOut(device: ChildProcess, order: Order): Promise<Answer> {
  device.channel?.ref();
  const heard = new AbortController();
  const { signal } = heard;
  try {
    // Passwords are not for command lines, which tests look through.
    device.send(order);
    const ended = once(device, 'exit', { signal }).then(() => [{ error: 'its process ended' }]);
    const [answer] = await Promise.race([once(device, 'message', { signal }), ended]);
    return answer;
  } finally {
    heard.abort();
    device.channel?.unref();
  }
}
