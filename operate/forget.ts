import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { invokerOf } from './aws.ts';
import {
  FORGET_HELP,
  FORGET_OPTIONS,
  type ForgetOptions,
  parseForgetOptions,
} from './forget-options.ts';
import { forgetUntilDone, linesOf } from './forgetting.ts';
import { refuseWhatNpmTook, useStackIn } from './options.ts';
import { forgetFunctionOf } from './stack.ts';
import { wordingOf } from './wording.ts';

/**
 * `npm run forget`: deletes everything that a stack keeps of a budget, on AWS or on this machine. Exit code 0 when it is
 * done or counted, 1 when it was refused or failed on the way, 2 when it could not begin.
 */

try {
  refuseWhatNpmTook('forget', FORGET_OPTIONS, process.argv.slice(2), process.env);
  // npm starts us in the package's folder, and says from where it was called.
  const options = parseForgetOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options === undefined) console.log(FORGET_HELP);
  else {
    if (options.data !== undefined) useStackIn(options.data);
    await run(options);
  }
} catch (error) {
  console.error(wordingOf(error));
  process.exitCode = 2;
}

async function run({ stackName, budgetId, dryRun }: ForgetOptions): Promise<void> {
  const name = await forgetFunctionOf(new CloudFormationClient({}), stackName);
  const invoke = invokerOf(new LambdaClient({}), name);
  const forgotten = await forgetUntilDone(() => invoke({ budgetId, dryRun }));
  for (const line of linesOf(budgetId, forgotten, { dryRun })) console.log(line);
  if (!['counted', 'deleted'].includes(forgotten.kind)) process.exitCode = 1;
}
