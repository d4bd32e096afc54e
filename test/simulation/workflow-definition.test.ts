import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { synthesizedDefinition } from './workflow-definition.ts';

const folder = mkdtempSync(join(tmpdir(), 'workflow-definition-'));

afterEach(() => vi.unstubAllEnvs());

afterAll(() => rmSync(folder, { recursive: true }));

it('the definition that a simulation goes by leaves no file behind', () => {
  vi.stubEnv('TMPDIR', folder);
  expect(synthesizedDefinition()).toContain('"StartAt"');
  expect(readdirSync(folder)).toEqual([]);
});
