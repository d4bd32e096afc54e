import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleHandlers } from '../../infra/bundle.ts';
import { parseConfig } from '../../infra/config/config.ts';
import { writeBudgetMap } from '../../infra/servers.ts';

/** Bundles that are there already are used again only if they would come out the same. */

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
});

afterEach(() => rmSync(outdir, { recursive: true, force: true }));

function bundle(madeOf?: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
  return bundleHandlers({ handlers: ['unknown-route'], workers: [], outdir, madeOf, files });
}

/** Something that goes when the bundles are made anew. */
const kept = () => existsSync(join(outdir, 'kept'));

describe('bundles', () => {
  it('are not made again of the same sources', async () => {
    await bundle('these sources');
    writeFileSync(join(outdir, 'kept'), '');
    await bundle('these sources');
    expect(kept()).toBe(true);
  });

  it.each([
    ['other sources', () => bundle('others')],
    [
      'another file for a handler',
      () => bundle('these sources', { 'unknown-route': 'get-openapi' }),
    ],
    ['sources that nobody names', () => bundle()],
  ])('are made anew of %s', async (_what, again) => {
    await bundle('these sources');
    writeFileSync(join(outdir, 'kept'), '');
    await again();
    expect(kept()).toBe(false);
    expect(existsSync(join(outdir, 'unknown-route/index.cjs'))).toBe(true);
  });

  it('that could not be made are not taken for made by the next try', async () => {
    await bundle('these sources');
    await expect(bundle('others', { 'unknown-route': 'nowhere' })).rejects.toThrow(/nowhere/);
    await bundle('others', { 'unknown-route': 'get-openapi' });
    expect(existsSync(join(outdir, 'unknown-route/index.cjs'))).toBe(true);
  });

  it('lose the map of budgets when there is none any more', () => {
    for (const name of ['create-job', 'sync']) mkdirSync(join(outdir, name));
    const map = join(outdir, 'sync/budgets.json');
    writeFileSync(map, '{}');
    writeBudgetMap(parseConfig({}), outdir);
    expect(existsSync(map)).toBe(false);
  });
});
