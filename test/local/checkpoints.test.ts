import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';

/** Places in streams, and times of schedules, as the next start finds them. */

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
