import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { budgetMeant } from '../../operate/api.ts';
import { OptionError } from '../../operate/options.ts';

/** Which budget a command is about. */

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'data-'));
  vi.stubEnv('ACTUAL_JOBS_BUDGET', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

const keep = (file: string, text: string) => writeFileSync(join(data, file), text);
const scheduled = (...budgets: readonly string[]) =>
  keep('config.json', JSON.stringify({ schedules: budgets.map((budgetId) => ({ budgetId })) }));

describe('the budget', () => {
  it('is the one that is named, before that of the environment, before that of the data folder', () => {
    keep('demo-budget', 'demo\n');
    expect(budgetMeant(undefined, data)).toBe('demo');
    vi.stubEnv('ACTUAL_JOBS_BUDGET', 'mine');
    expect(budgetMeant(undefined, data)).toBe('mine');
    expect(budgetMeant('named', data)).toBe('named');
  });

  it('is the only one that a household has jobs scheduled for', () => {
    scheduled('home', 'home');
    expect(budgetMeant(undefined, data)).toBe('home');
  });

  it.each([
    ['there are several', () => scheduled('home', 'club')],
    ['none is scheduled', () => keep('config.json', '{}')],
    ['the folder says nothing', () => {}],
  ])('has to be named where %s', (_what, given) => {
    given();
    expect(() => budgetMeant(undefined, data)).toThrow(OptionError);
    expect(() => budgetMeant(undefined, undefined)).toThrow('--budget');
  });
});
