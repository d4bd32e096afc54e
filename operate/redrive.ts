import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { invokerOf, letterBox, lettersIn } from './aws.ts';
import {
  HELP,
  parseOptions,
  REDRIVE_OPTIONS,
  type RedriveOptions,
  refuseWhatNpmTook,
  useStackIn,
} from './options.ts';
import { type PutBack, putBack } from './put-back.ts';
import { deadLetterQueuesOf } from './stack.ts';
import { wordingOf } from './wording.ts';

/**
 * `npm run redrive`: puts dead letters back, on AWS or on this machine. Exit code 0 when none is left, 1 when some
 * stay, 2 when it could not begin.
 */

try {
  refuseWhatNpmTook('redrive', REDRIVE_OPTIONS, process.argv.slice(2), process.env);
  // npm starts us in the package's folder, and says from where it was called.
  const options = parseOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options === undefined) console.log(HELP);
  else {
    if (options.data !== undefined) useStackIn(options.data);
    await redrive(options);
  }
} catch (error) {
  console.error(wordingOf(error));
  process.exitCode = 2;
}

async function redrive({ stackName, dryRun }: RedriveOptions): Promise<void> {
  // Whatever address the settings give, the queue's own is for its name alone.
  const queues = new SQSClient({ useQueueUrlAsEndpoint: false });
  const functions = new LambdaClient({});
  let failedAgain = 0;
  for (const { queueUrl, functionName } of await deadLetterQueuesOf(
    new CloudFormationClient({}),
    stackName,
  )) {
    const name = queueUrl.split('/').at(-1) ?? queueUrl;
    if (dryRun) {
      console.log(`${name}: ${letters(await lettersIn(queues, queueUrl))}`);
      continue;
    }
    const done = await putBack(letterBox(queues, queueUrl), invokerOf(functions, functionName));
    const { delivered, failed, brokenOff } = done;
    const found = delivered + failed.length > 0 || brokenOff !== undefined;
    const elsewhere = found ? 0 : await lettersIn(queues, queueUrl);
    failedAgain += failed.length;
    if (failed.length > 0 || brokenOff !== undefined || elsewhere > 0) process.exitCode = 1;
    for (const line of linesOf(done, elsewhere)) console.log(`${name}: ${line}`);
  }
  if (failedAgain === 0) return;
  console.log(`${letters(failedAgain)} failed again. The logs of the functions say why.`);
}

/** @param elsewhere how many are in the queue that were not to be had. */
function linesOf({ delivered, failed, brokenOff }: PutBack, elsewhere: number): readonly string[] {
  const stays = failed.map(({ id, reason }) => `${id} stays: ${reason}`);
  if (brokenOff !== undefined) {
    const { error, untried } = brokenOff;
    const rest = untried === 0 ? '' : `, and ${letters(untried)} given back untried`;
    return [`${letters(delivered)} put back${rest}. It broke off: ${wordingOf(error)}`, ...stays];
  }
  if (elsewhere > 0) {
    return [
      `${letters(elsewhere)} taken out by another run. Of one that was cut off, they are there again within an hour.`,
    ];
  }
  return delivered + failed.length === 0
    ? ['no dead letters']
    : [`${letters(delivered)} put back`, ...stays];
}

function letters(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`;
}
