import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { LIBRARY_VERSION, NEWEST_MIGRATION, today } from '../../functions/actual/library.ts';

const dist = dirname(createRequire(import.meta.url).resolve('@actual-app/api'));

it('names the version that is installed', async () => {
  const manifest = JSON.parse(await readFile(join(dist, '../package.json'), 'utf8'));
  expect(z.object({ version: z.string() }).parse(manifest).version).toBe(LIBRARY_VERSION);
});

it('knows the newest migration of the version that is installed', async () => {
  const files = await readdir(join(dist, 'migrations'));
  const numbers = files.map((name) => Number.parseInt(name, 10));
  expect(Math.max(...numbers)).toBe(NEWEST_MIGRATION);
});

it('counts days in the time zone of the process, as the library does', () => {
  expect(today()).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(new Date(`${today()}T12:00:00`).toDateString()).toBe(new Date().toDateString());
});
