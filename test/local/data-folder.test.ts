import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../local/start/data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'data-folder-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Collects what nobody holds on to, there and then. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe('a data folder', () => {
  it('stays in use by its start, though nothing there holds on to it', () => {
    openDataFolder(folder);
    collectGarbage();
    expect(() => openDataFolder(folder)).toThrow('in use by another start');
  });

  it('can be used by the next start once it was released', () => {
    const other = join(folder, 'other');
    openDataFolder(other).release();
    expect(() => openDataFolder(other).release()).not.toThrow();
  });
});
