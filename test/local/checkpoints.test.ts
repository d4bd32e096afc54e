import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderError } from '../../local/runtime/contract.ts';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';
import { Triggers } from '../../local/runtime/events/triggers.ts';
import { Queues } from '../../local/runtime/queues.ts';
import { RunningParts } from '../../local/runtime/running-parts.ts';
import { Topics } from '../../local/runtime/topics.ts';

/** Places in streams, and times of schedules, as the next start finds them. */

const stack = { resources: [], outputs: {}, stacks: new Map() };
const invoker = { invoke: async () => ({ kind: 'throttled' }) as const };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  file = join(folder, 'schedules.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

it.runIf(existsSync('/dev/full'))(
  'are what they were where the disk has no room for more: without them, no time that was missed would be made up for',
  () => {
    new Checkpoints(file).set('nightly', 'yesterday');
    symlinkSync('/dev/full', `${file}.new`);
    expect(() => new Checkpoints(file).set('nightly', 'today')).toThrow('ENOSPC');
    expect(new Checkpoints(file).get('nightly')).toBe('yesterday');
  },
);

it('are forgotten for good where nobody asks for them any more, and the others are kept', () => {
  const kept = new Checkpoints(file);
  for (const key of ['nightly', 'weekly']) kept.set(key, 'today');
  kept.keepOnly(new Set(['weekly', 'hourly']));
  const again = new Checkpoints(file);
  expect(['nightly', 'weekly'].map((key) => again.get(key))).toEqual([undefined, 'today']);
});

describe('a file that a disk has damaged', () => {
  const damages: readonly (readonly [string, string])[] = [
    ['is empty', ''],
    ['ends in the middle', '{"nightly":"2026-03-0'],
    ['holds something else', '[]'],
    ['has no time for a schedule', '{"nightly":"2026-03-0?T03:00:00.000Z"}'],
  ];

  it.each(damages)(
    'ends the start, with what helps, and is left as it is, where it has the times of schedules and %s',
    async (_how, content) => {
      writeFileSync(file, content);
      const parts = new RunningParts();
      const queues = parts.add(new Queues({ stack, file: join(folder, 'queues.sqlite') }));
      const topics = new Topics({ stack, file: join(folder, 'notices.log') });
      const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
      const options = { stack, data: folder, credentials, invoker, queues, topics };
      expect(() => new Triggers({ ...options, engine: 'http://127.0.0.1:1' }, parts)).toThrow(
        new DataFolderError(
          `The file ${file} cannot be read, or is damaged: put it back from a backup, or remove it, and no time that a schedule has missed is made up for.`,
        ),
      );
      await parts.close();
      expect(readFileSync(file, 'utf8')).toBe(content);
    },
  );

  it.each(damages.slice(0, 3))(
    'counts as none where it has the places of streams and %s: they are read from their beginning',
    (_how, content) => {
      writeFileSync(file, content);
      const places = new Checkpoints(file);
      places.set('shard', '7');
      expect(new Checkpoints(file).get('shard')).toBe('7');
    },
  );
});
