import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataFolderError } from '../../local/runtime/contract.ts';
import { Asynchronous } from '../../local/runtime/functions/asynchronous.ts';
import { Queues } from '../../local/runtime/queues.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-database-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stack = { resources: [], outputs: {}, stacks: new Map() };
const invoker = { invoke: async () => ({ kind: 'throttled' }) as const };

describe('a file of the data folder that a disk has damaged', () => {
  it.each([
    ['queues.sqlite', (file: string) => new Queues({ stack, file })],
    [
      'events.sqlite',
      (file: string) => new Asynchronous({ stack, invoker, queues: { send: () => '' }, file }),
    ],
  ])('is named in a sentence that says what helps: %s', (name, open) => {
    const file = join(folder, name);
    writeFileSync(file, 'no page of SQLite '.repeat(500));
    expect(() => open(file)).toThrow(
      new DataFolderError(
        `The file ${file} is damaged: remove it, with its -wal and -shm beside it, and put it back from a backup if there is one. What it holds is in docs/household.md.`,
      ),
    );
    rmSync(file);
    expect(() => open(file)).not.toThrow();
  });
});
