import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The linter's rules about who may import whom, checked with planted imports: a glob that no longer matches
 * would otherwise pass in silence.
 */

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['functions/domain/a.ts', './ids.ts'],
  ['functions/store/a.ts', '../domain/ids.ts'],
  ['functions/store/a.ts', '@aws-sdk/lib-dynamodb'],
  ['functions/actual/a.ts', '@actual-app/api'],
  ['functions/actual/a.ts', '@actual-app/crdt'],
  ['functions/suggest/a.ts', '../domain/ids.ts'],
  ['functions/suggest/history/a.ts', '../../domain/ids.ts'],
  ['functions/suggest/history/a.ts', './ranker-weights.json'],
  ['functions/suggest/model/a.ts', '../engine.ts'],
  ['functions/suggest/model/a.ts', 'ai'],
  ['functions/suggest/model/a.ts', '@ai-sdk/amazon-bedrock'],
  ['functions/jobs/a.ts', '../domain/ids.ts'],
  ['functions/steps/a.ts', '../domain/ids.ts'],
  ['functions/handlers/a.ts', '../store/job-store.ts'],
  ['functions/handlers/http/a.ts', '../../jobs/submit.ts'],
  ['infra/a.ts', '../functions/names.ts'],
  ['infra/a.ts', '../installed-packages.mjs'],
  ['infra/a.ts', 'aws-cdk-lib/aws-lambda'],
  ['local/runtime/http/a.ts', '../functions/pool.ts'],
  ['client/a.ts', './schema.ts'],
  ['client/a.ts', 'aws4'],
  ['local/start/a.ts', '../../client/client.ts'],
  ['operate/a.ts', './letters.ts'],
  ['operate/a.ts', '../client/client.ts'],
  ['operate/a.ts', '@aws-sdk/client-sqs'],
  ['trials/a.ts', '../test/e2e/installation.ts'],
];

const FORBIDDEN: readonly (readonly [file: string, specifier: string])[] = [
  ['functions/domain/a.ts', 'zod'],
  ['functions/domain/a.ts', 'node:crypto'],
  ['functions/domain/a.ts', '../store/keys.ts'],
  ['functions/names.ts', './domain/failures.ts'],
  ['functions/store/a.ts', '../jobs/settle.ts'],
  ['functions/actual/a.ts', '../store/keys.ts'],
  ['functions/suggest/a.ts', '../actual/client.ts'],
  ['functions/suggest/history/a.ts', '../../store/keys.ts'],
  ['functions/suggest/history/a.ts', 'ai'],
  ['functions/suggest/model/a.ts', '../history/engine.ts'],
  ['functions/suggest/model/a.ts', '@aws-sdk/client-secrets-manager'],
  ['functions/jobs/a.ts', '../store/job-store.ts'],
  ['functions/jobs/a.ts', '@aws-sdk/client-sfn'],
  ['functions/steps/a.ts', '../actual/client.ts'],
  ['functions/handlers/a.ts', '../../local/runtime/stack.ts'],
  ['functions/handlers/http/a.ts', '../../../infra/app.ts'],
  ['functions/handlers/a.ts', '../../trials/options.ts'],
  ['infra/a.ts', '../functions/domain/job.ts'],
  ['infra/a.ts', '../functions/handlers/sync.ts'],
  ['local/runtime/a.ts', '../../functions/domain/ids.ts'],
  ['local/start/a.ts', '../../functions/names.ts'],
  ['local/start/a.ts', '../../infra/app.ts'],
  ['local/start/a.ts', '../../test/store/engine.ts'],
  ['local/start/a.ts', '../../operate/letters.ts'],
  ['client/a.ts', '../functions/domain/job.ts'],
  ['client/a.ts', '../functions/handlers/http/openapi.ts'],
  ['client/a.ts', '../operate/letters.ts'],
  ['client/a.ts', '@aws-sdk/client-sqs'],
  ['functions/handlers/a.ts', '../../client/client.ts'],
  ['infra/a.ts', '../client/schema.ts'],
  ['local/start/a.ts', '../../generators/client-types.ts'],
  ['operate/a.ts', '../functions/names.ts'],
  ['operate/a.ts', '../infra/app.ts'],
  ['operate/a.ts', '../local/runtime/queues.ts'],
  ['functions/handlers/a.ts', '../../operate/letters.ts'],
  ['local/start/a.ts', '../../trials/options.ts'],
  ['functions/handlers/a.ts', '../../docs/written-file.ts'],
  ['local/start/a.ts', '../../docs/written-file.ts'],
];

const REPOSITORY = join(import.meta.dirname, '..');
let folder = '';
let report = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rooms-'));
  await copyFile(join(REPOSITORY, 'biome.json'), join(folder, 'biome.json'));
  const plants = [...ALLOWED, ...FORBIDDEN];
  for (const [index, [file, specifier]] of plants.entries()) {
    await plant(file.replace('a.ts', planted(index)), specifier);
  }
  await plant('functions/domain/cycle-one.ts', './cycle-two.ts');
  await plant('functions/domain/cycle-two.ts', './cycle-one.ts');
  report = await lint();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file name of its own for each planted import. */
function planted(index: number): string {
  return `plant-${index}.ts`;
}

async function plant(file: string, specifier: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), `export type { x } from '${specifier}';\n`);
}

function lint(): Promise<string> {
  const biome = join(REPOSITORY, 'node_modules/.bin/biome');
  const options = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '.'];
  return new Promise((resolve) => {
    execFile(biome, options, { cwd: folder }, (_failed, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

function complaint(file: string, index: number, rule: string): boolean {
  const path = file.replace('a.ts', planted(index));
  return report.split('\n').some((line) => line.includes(path) && line.includes(rule));
}

describe('who may import whom', () => {
  it.each(ALLOWED.map((plant, index) => [...plant, index] as const))(
    '%s may import %s',
    (file, _specifier, index) => {
      expect(complaint(file, index, 'noRestrictedImports')).toBe(false);
    },
  );

  it.each(FORBIDDEN.map((plant, index) => [...plant, index + ALLOWED.length] as const))(
    '%s may not import %s',
    (file, _specifier, index) => {
      expect(complaint(file, index, 'noRestrictedImports')).toBe(true);
    },
  );

  it('finds a cycle of types alone', () => {
    expect(report).toContain('noImportCycles');
  });
});
