import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeBudgets } from '../../local/start/data-folder.ts';
import { budgetMeant, regionIn } from '../../operate/api.ts';
import { OptionError } from '../../operate/options.ts';

/** Which budget a command is about, and what region an address tells. */

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'data-'));
  vi.stubEnv('ACTUAL_JOBS_BUDGET', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

const started = (...budgets: readonly string[]) => writeBudgets(data, budgets);

describe('the budget', () => {
  it('is the one that is named, before that of the environment, before that of the data folder', () => {
    started('only');
    expect(budgetMeant(undefined, data)).toBe('only');
    vi.stubEnv('ACTUAL_JOBS_BUDGET', 'mine');
    expect(budgetMeant(undefined, data)).toBe('mine');
    expect(budgetMeant('named', data)).toBe('named');
  });

  it.each([
    ['there are several', () => started('home', 'club')],
    ['the folder says nothing', () => {}],
    ['what the folder says is cut off', () => writeFileSync(join(data, 'budgets.json'), '["on')],
    ['what the folder says is no list', () => writeFileSync(join(data, 'budgets.json'), 'null')],
  ])('has to be named where %s', (_what, given) => {
    given();
    expect(() => budgetMeant(undefined, data)).toThrow(OptionError);
    expect(() => budgetMeant(undefined, undefined)).toThrow('--budget');
  });

  it('has to be named where its name is empty, as with a variable that is not set', () => {
    started('only');
    expect(() => budgetMeant('', data)).toThrow('Name the budget with --budget');
  });

  it('is that of the data folder where the one of the environment is empty', () => {
    started('only');
    vi.stubEnv('ACTUAL_JOBS_BUDGET', '');
    expect(budgetMeant(undefined, data)).toBe('only');
  });
});

describe('the region of an address', () => {
  it.each([
    ['a1b2.execute-api.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['a1b2.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['a1b2.execute-api.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['a1b2.execute-api.eu-central-1.api.aws', 'eu-central-1'],
    ['a1b2.execute-api.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
    ['a1b2.execute-api.eusc-de-east-1.api.amazonwebservices.eu', 'eusc-de-east-1'],
    ['jobs.example.org', undefined],
    ['a1b2.execute-api.eu-central-1.amazonaws.com.example.org', undefined],
  ])('%s is %s', (host, region) => {
    expect(regionIn(new URL(`https://${host}/`))).toBe(region);
  });
});
