import fs, { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openDataFolder } from '../../local/start/data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'data-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a data folder', () => {
  it('on a disk that may only be read is refused for that, as other rights would not help', () => {
    const disk = vi.spyOn(fs, 'accessSync').mockImplementation(() => {
      throw Object.assign(new Error('access'), { code: 'EROFS' });
    });
    try {
      syncBuiltinESMExports();
      expect(() => openDataFolder(folder)).toThrow('may only be read for now');
    } finally {
      disk.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('that is to be made on a disk that may only be read is no sign of an error of the disk', () => {
    const disk = vi.spyOn(fs, 'mkdirSync').mockImplementation(() => {
      throw Object.assign(new Error('mkdir'), { code: 'EROFS' });
    });
    try {
      syncBuiltinESMExports();
      expect(() => openDataFolder(join(folder, 'new'))).toThrow('new cannot be made: choose');
    } finally {
      disk.mockRestore();
      syncBuiltinESMExports();
    }
  });
});
