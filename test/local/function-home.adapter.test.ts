import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FunctionPool } from '../../local/runtime/functions/pool.ts';

let folder: string;
let pool: FunctionPool;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'function-home-'));
  await writeFile(
    join(folder, 'where.js'),
    'exports.handler = async () => require("node:os").homedir();',
  );
  pool = new FunctionPool({
    functions: [
      {
        name: 'where',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:where',
        folder,
        handler: 'where.handler',
        memoryMb: 128,
        timeoutSeconds: 20,
        reservedConcurrency: undefined,
        environment: {},
      },
    ],
    folders: { scratch: join(folder, 'scratch'), compiled: join(folder, 'compiled') },
    log: () => {},
  });
});

afterEach(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

it('a function has a home folder of its own: the SDK asks for one, and the user of a container may have none', async () => {
  expect(await pool.invoke('where', null)).toEqual({
    kind: 'success',
    payload: expect.stringContaining(join(folder, 'scratch')),
  });
});
