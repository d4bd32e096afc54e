import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionPool } from '../../local/runtime/functions/pool.ts';

/** A stack of one function, in a folder of its own. */
export interface OneFunction {
  readonly pool: FunctionPool;
  /** Where its environments have their folders. */
  readonly scratch: string;
  remove(): Promise<void>;
}

/** @param source what its file says: CommonJS that exports a `handler`. */
export async function oneFunction(name: string, source: string): Promise<OneFunction> {
  const folder = await mkdtemp(join(tmpdir(), `function-${name}-`));
  await writeFile(join(folder, `${name}.js`), source);
  const scratch = join(folder, 'scratch');
  const pool = new FunctionPool({
    functions: [
      {
        name,
        arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
        folder,
        handler: `${name}.handler`,
        memoryMb: 128,
        timeoutSeconds: 20,
        reservedConcurrency: undefined,
        environment: {},
      },
    ],
    folders: { scratch, compiled: join(folder, 'compiled') },
    log: () => {},
  });
  return {
    pool,
    scratch,
    async remove() {
      await pool.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
