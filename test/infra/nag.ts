import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfig } from '../../infra/config/config.ts';
import { JobsStack } from '../../infra/stack.ts';
import { StateStack } from '../../infra/state-stack.ts';

/** Synthesizes both stacks under the rules of AWS Solutions: `node nag.ts OUTDIR BUNDLES CONFIG`; findings are in OUTDIR. */

const [, , outdir = '', bundles = '', file] = process.argv;
const app = new App({ outdir });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const config = readConfig(file);
const state = new StateStack(app, 'ActualJobsState', { config });
new JobsStack(app, 'ActualJobs', { config, bundles, state });
app.synth();
