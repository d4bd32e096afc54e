import { join } from 'node:path';
import { App, cx_api as cx } from 'aws-cdk-lib';
import { arePackagesInstalled } from '../installed-packages.mjs';
import { writeAccess } from './access.ts';
import { letEverybodyRead } from './asset-files.ts';
import { bundleHandlers } from './bundle.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { HANDLERS, type HandlerSpec } from './handlers.ts';
import { writeSchedules } from './schedules.ts';
import { writeBudgetMap } from './servers.ts';
import { JobsStack } from './stack.ts';
import { StateStack } from './state-stack.ts';

/** Synthesizes the stacks: `node infra/app.ts`, or as the app of the CDK command line. */

const outdir = process.env.CDK_OUTDIR ?? join(import.meta.dirname, '../cdk.out');
const app = new App({
  outdir,
  // What CloudFormation would refuse is an error here already, not a warning.
  context: { [cx.VALIDATE_AGAINST_DEFAULT_RULES]: true },
});

try {
  // The functions are bundled with them.
  if (!arePackagesInstalled()) {
    throw new ConfigError(
      'The packages that are installed are not those of this version: run `npm ci` first.',
    );
  }
  // A stack without the configuration that somebody named would look like one with it.
  if (process.argv.length > 2) {
    throw new ConfigError(
      'npm run synth takes no options: name the configuration in ACTUAL_JOBS_CONFIG, or use npx cdk synth -c config=FILE.',
    );
  }
  const config = readConfig(app.node.tryGetContext('config') ?? process.env.ACTUAL_JOBS_CONFIG);
  const handlers: readonly HandlerSpec[] = Object.values(HANDLERS);
  const bundles = join(outdir, 'bundles');
  await bundleHandlers({
    handlers: handlers.map(({ name }) => name),
    files: config.model === undefined ? {} : filesWithModel(handlers),
    workers: handlers.filter(({ worker }) => worker === true).map(({ name }) => name),
    outdir: bundles,
    madeOf: process.env.BUNDLES_MADE_OF,
  });
  writeBudgetMap(config, bundles);
  writeAccess(config, bundles);
  writeSchedules(config.schedules, bundles);
  const state = new StateStack(app, 'ActualJobsState', { config });
  new JobsStack(app, 'ActualJobs', { config, bundles, state });
  app.synth();
  letEverybodyRead(outdir);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Which files make the functions of a stack that asks a language model, where they are others. */
function filesWithModel(handlers: readonly HandlerSpec[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    handlers.flatMap(({ name, fileWithModel }) =>
      fileWithModel === undefined ? [] : [[name, fileWithModel] as const],
    ),
  );
}
