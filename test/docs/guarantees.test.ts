import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../docs/packages.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

const { scripts } = readManifest();
const rows = readFileSync(join(REPOSITORY, 'docs/guarantees.md'), 'utf8')
  .split('\n')
  .filter(
    (line) => line.startsWith('| ') && !line.startsWith('| promise') && !line.startsWith('| ---'),
  )
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the guarantees', () => {
  it.each(rows.map(([, promise = '', , held = '']) => [promise, held] as const))(
    'name what holds them: %s',
    (_promise, held) => {
      const named = [...held.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      expect(named).not.toEqual([]);
      for (const name of named) {
        const found = name.includes('/') ? existsSync(join(REPOSITORY, name)) : name in scripts;
        expect(found, name).toBe(true);
      }
    },
  );
});
