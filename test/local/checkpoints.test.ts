import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DataFolderError } from '../../local/runtime/contract.ts';
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

describe('a file that a disk has damaged', () => {
  it.each([
    ['is empty', ''],
    ['ends in the middle', '{"nightly":"2026-03-0'],
    ['holds something else', '[]'],
    ['has no place for one', '{"nightly":""}'],
    ['has no time for one', '{"nightly":"2026-03-0?T03:00:00.000Z"}'],
  ])('is named with what helps, and left as it is, where it %s', (_how, content) => {
    writeFileSync(file, content);
    expect(() => new Checkpoints(file, z.iso.datetime())).toThrow(
      new DataFolderError(
        `The file ${file} cannot be read, or is damaged: put it back from a backup, or remove it. What is done without it is in docs/household.md.`,
      ),
    );
    expect(readFileSync(file, 'utf8')).toBe(content);
  });
});
