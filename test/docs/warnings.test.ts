import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BANK_REFUSALS, NOT_LINKED } from '../../functions/domain/bank-refusals.ts';
import { MODEL_WARNINGS } from '../../functions/domain/model-warnings.ts';
import { FAILURES_PAGE, MODEL_PAGE, SCHEDULES_PAGE } from './markdown.ts';

/** Every warning that a job can carry stands where users look for it. */

const FUNCTIONS = join(import.meta.dirname, '../../functions');

/** Those that stand by themselves; the page takes each list of several as it is. */
const ALONE = globSync('**/*.ts', { cwd: FUNCTIONS })
  .map((file) => readFileSync(join(FUNCTIONS, file), 'utf8'))
  .flatMap((text) => [...text.matchAll(/\bcode: '([A-Z_]+)',\s+message\b/g)])
  .map(([, code = '']) => code);

const codesIn = (page: string) =>
  new Set([...page.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code));

describe('a warning', () => {
  it('that stands by itself is on the page of failures', () => {
    expect(ALONE).toContain(NOT_LINKED.code);
    expect(ALONE.filter((code) => !FAILURES_PAGE.includes(`\n| \`${code}\` |`))).toEqual([]);
  });

  it('of a bank is on the page about bank sync', () => {
    const told = codesIn(SCHEDULES_PAGE);
    const codes = [...Object.keys(BANK_REFUSALS), NOT_LINKED.code];
    expect(codes.filter((code) => !told.has(code))).toEqual([]);
  });

  it('of a language model is on the page about it', () => {
    const told = codesIn(MODEL_PAGE);
    expect(Object.keys(MODEL_WARNINGS).filter((code) => !told.has(code))).toEqual([]);
  });
});
