import { createConfig, lintFromString, type NormalizedProblem } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { published } from './document.ts';

/** The document by the rules that Redocly recommends for OpenAPI, as its own linter weighs them. */

async function problemsOf(document: unknown): Promise<readonly NormalizedProblem[]> {
  const config = await createConfig({ extends: ['recommended'] });
  return lintFromString({ source: JSON.stringify(document), config });
}

const place = ({ severity, ruleId, location }: NormalizedProblem) => [
  severity,
  ruleId,
  location[0]?.pointer,
];

describe('the OpenAPI document', () => {
  it('has no error, and no warning but that a download leads elsewhere instead of succeeding', async () => {
    expect((await problemsOf(published)).map(place)).toEqual([
      [
        'warn',
        'operation-2xx-response',
        '#/paths/~1budgets~1{budgetId}~1snapshots~1{snapshotId}~1download/get/responses',
      ],
    ]);
  });

  it('would have errors if it said what is not so', async () => {
    const nowhere = { ...Object(published), security: [{ nobody: [] }] };
    expect((await problemsOf(nowhere)).map(place)).toContainEqual([
      'error',
      'security-defined',
      '#/security/0/nobody',
    ]);
  });
});
