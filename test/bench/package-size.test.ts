import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { largestFiles, packedSize } from '../../bench/workers/package-size.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'empty-looking.bin'), Buffer.alloc(100_000));
  const incompressible = Array.from({ length: 5000 }, (_, index) => (index * index * 7919) % 251);
  writeFileSync(join(folder, 'inner/dense.bin'), Buffer.from(incompressible));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('counts every file of a package, in folders too, as it is zipped', () => {
  const files = largestFiles(folder, 10);
  expect(files.map(({ name, bytes }) => [name, bytes])).toEqual(
    expect.arrayContaining([
      ['empty-looking.bin', 100_000],
      [join('inner', 'dense.bin'), 5000],
    ]),
  );
  expect(packedSize(folder)).toBeLessThan(6000);
  const sum = files.reduce((bytes, { packedBytes }) => bytes + packedBytes, 0);
  expect(packedSize(folder)).toBeGreaterThan(0.9 * sum);
});

it('shows the files that take most of it, the largest first', () => {
  const [first, ...others] = largestFiles(folder, 1);
  expect(others).toEqual([]);
  expect(first?.packedBytes).toBe(
    Math.max(...largestFiles(folder, 2).map((file) => file.packedBytes)),
  );
});
