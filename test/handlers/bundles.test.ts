import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHandlers } from '../../infra/bundle.ts';

/** What a cold start loads. Larger ones are slower for every caller who comes first. */
const BYTES_MAX = 500_000;

const API = [
  'create-job',
  'retry-job',
  'list-jobs',
  'get-job',
  'list-job-events',
  'list-suggestions',
  'patch-suggestion',
  'patch-suggestions',
  'list-snapshots',
  'download-snapshot',
  'get-openapi',
  'unknown-route',
];
const WITHOUT_TABLE = ['get-openapi', 'unknown-route'];

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  await bundleHandlers({ handlers: API, workers: [], outdir: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function bundle(name: string): Promise<string> {
  return readFile(join(folder, name, 'index.cjs'), 'utf8');
}

describe('the bundle of an API function', () => {
  it.each(API)('%s is small, and free of the budgets library', async (name) => {
    const text = await bundle(name);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BYTES_MAX);
    expect(text).not.toContain('@actual-app/api');
  });

  it('of what no route takes carries no schemas', async () => {
    expect(Buffer.byteLength(await bundle('unknown-route'))).toBeLessThanOrEqual(BYTES_MAX / 10);
  });

  it.each(WITHOUT_TABLE)('%s carries no client of the table', async (name) => {
    expect(await bundle(name)).not.toContain('DynamoDBClient');
  });
});
