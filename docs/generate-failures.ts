import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BANK_REFUSALS, NOT_LINKED } from '../functions/domain/bank-refusals.ts';
import { FAILURES, type FailureCode, isFailureCode } from '../functions/domain/failures.ts';
import { MODEL_WARNINGS } from '../functions/domain/model-warnings.ts';
import { PAYEE_KEPT, REFUSALS, REPLACED } from '../functions/domain/refusals.ts';
import { RETRIED_ONCE, RETRIED_WHEN_SCHEDULED } from '../functions/names.ts';
import { writeOrCheck } from './written-file.ts';

/**
 * Writes docs/failures.md: what a job can fail with, what the user is told, and the tests that bring each failure
 * about. A test says by its title which failures it provokes: `CODE: …` or `CODE and CODE: …`. With `--check` nothing
 * is written; a document that is not up to date, or a failure that no end-to-end test provokes, ends with the code 1.
 */

const REPOSITORY = join(import.meta.dirname, '..');
const DOCUMENT = join(import.meta.dirname, 'failures.md');

interface TestFile {
  /** From the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A title that names codes, in single or double quotes. */
const TITLE = /\(\s*(['"])((?:[A-Z_]+(?:, | and ))*[A-Z_]+): (.+?)\1/g;

/** Titles by code, grouped by the file that they stand in. */
function provocations(
  files: readonly TestFile[],
): ReadonlyMap<FailureCode, ReadonlyMap<string, readonly string[]>> {
  const found = new Map<FailureCode, Map<string, string[]>>();
  for (const { path, text } of files) {
    for (const [, , codes = '', title = ''] of text.matchAll(TITLE)) {
      for (const code of codes.split(/, | and /).filter(isFailureCode)) {
        const byFile = found.get(code) ?? new Map<string, string[]>();
        found.set(code, byFile.set(path, [...(byFile.get(path) ?? []), title]));
      }
    }
  }
  return found;
}

function triedAgain(code: FailureCode): string {
  switch (FAILURES[code].tryAgain) {
    case 'no':
      return 'no';
    case 'backoff':
      return '3 times with backoff';
    case 'once':
      return 'once';
    case 'itself':
      return 'once, by the job itself';
    case 'later':
      return 'after 15 minutes';
  }
}

const TRANSIENT = Object.keys(FAILURES)
  .filter(isFailureCode)
  .filter((code) => FAILURES[code].tryAgain === 'backoff');

const link = (path: string) => `[${path.replace('test/', '')}](../${path})`;

/** A title as a cell of the table shows it: what differs from row to row left open. */
const cell = (title: string) => title.replaceAll(/%[sijd#]/g, '…').replaceAll('|', '\\|');

function failureTable(files: readonly TestFile[]): readonly string[] {
  const tests = provocations(files);
  return Object.keys(FAILURES)
    .filter(isFailureCode)
    .map((code) => {
      const { problem, next } = FAILURES[code];
      const how = [...(tests.get(code) ?? [])].map(
        ([path, titles]) => `${link(path)}: ${titles.map(cell).join('; ')}`,
      );
      return `| \`${code}\` | ${problem} | ${next} | ${triedAgain(code)} | ${how.join('<br>')} |`;
    });
}

/** Codes with what the user reads. */
const WARNINGS: readonly (readonly [code: string, message: string])[] = [
  ...Object.entries({ ...REFUSALS, ...BANK_REFUSALS, ...MODEL_WARNINGS }),
  ...[PAYEE_KEPT, REPLACED, NOT_LINKED].map(({ code, message }) => [code, message] as const),
];

function filesNaming(code: string, files: readonly TestFile[]): readonly string[] {
  return files.filter(({ text }) => text.includes(`'${code}'`)).map(({ path }) => path);
}

function warningTable(files: readonly TestFile[]): readonly string[] {
  return WARNINGS.map(([code, sentence]) => {
    const how = filesNaming(code, files).map(link).join(', ');
    return `| \`${code}\` | ${sentence} | ${how} |`;
  });
}

const isEndToEnd = (path: string) => path.endsWith('.e2e.test.ts');

/** Failures that no end-to-end test brings about, and warnings that no test does. */
function unproven(files: readonly TestFile[]): readonly string[] {
  const tests = provocations(files);
  const failures = Object.keys(FAILURES)
    .filter(isFailureCode)
    .filter((code) => ![...(tests.get(code)?.keys() ?? [])].some(isEndToEnd));
  const warnings = WARNINGS.map(([code]) => code).filter(
    (code) => filesNaming(code, files).length === 0,
  );
  return [...failures, ...warnings];
}

const names = (codes: readonly string[]) => codes.map((code) => `\`${code}\``).join(', ');

function documentOf(files: readonly TestFile[]): string {
  return `# What a job can fail with

Written by \`npm run docs\` from [failures.ts](../functions/domain/failures.ts) and the titles of the tests; do not edit.

A failed job carries the code as \`failureCode\` and both sentences, with a detail behind them where there is one, as
\`failureReason\`; \`failureRetryable\` says whether the same job may go through another time although nothing was done
about it, \`failureNextAction\` what to do. The sentences hold no secret, host name, path, payee or raw error text.

The state machine tries again what is transient: ${names(TRANSIENT)} up to 3 times, after 2, 6 and 18
seconds at most (full jitter). In scheduled jobs it waits 1, 5 and 15 minutes, for \`NO_CAPACITY\` up to as long, and tries
${names(RETRIED_WHEN_SCHEDULED)} again in the same way. ${names(RETRIED_ONCE)} are tried once more; a step that found its job half written
ended with \`JobChanging\`, did nothing, and is tried like those without room. The intervals are configuration.
After a fault of Lambda that leaves open whether the function ran, states that open a budget are tried again after 16
minutes, when the first worker is surely over.
[retries.adapter.test.ts](../test/infra/retries.adapter.test.ts) shows it for each code on the synthesized definition.

| code | what went wrong | what to do | tried again | provoked by |
| --- | --- | --- | --- | --- |
${failureTable(files).join('\n')}

## What a job can leave undone

A job that did its work but not all of it succeeds with these \`warnings\`; a suggestion that was not applied carries
the code in its \`lastOutcome\`.

| code | what the user reads | provoked in |
| --- | --- | --- |
${warningTable(files).join('\n')}
`;
}

const files = globSync('test/**/*.test.ts', { cwd: REPOSITORY })
  .sort()
  .map((path) => ({ path, text: readFileSync(join(REPOSITORY, path), 'utf8') }));
const missing = unproven(files);
if (missing.length > 0) {
  console.error(
    `No test provokes ${missing.join(', ')}. Write one, end to end, whose title begins with the code: 'CODE: what happens'.`,
  );
  process.exitCode = 1;
}
writeOrCheck(DOCUMENT, documentOf(files));
