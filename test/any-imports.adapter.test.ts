import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '../generators/declarations/any-imports.ts');

/** With what is done with them looked at as it comes: functions/actual/sync-point.ts and receiving.ts. */
const KNOWN = ['@actual-app/crdt SyncRequestSchema', '@actual-app/crdt SyncResponseSchema'];

it('the compiler knows what is imported from packages, but for what is known to lead nowhere', async () => {
  const { stdout } = await run(process.execPath, [SCRIPT]);
  expect(stdout.trim().split('\n')).toEqual(KNOWN);
});
