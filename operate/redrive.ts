import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { invokerOf, letterBox, lettersIn } from './aws.ts';
import { refuseWhatNpmTook, useStackIn } from './options.ts';
import { type PutBack, putBack } from './put-back.ts';
import {
  parseRedriveOptions,
  REDRIVE_HELP,
  REDRIVE_OPTIONS,
  type RedriveOptions,
} from './redrive-options.ts';
import { deadLetterQueuesOf } from './stack.ts';
import { wordingOf } from './wording.ts';

/**
 * `npm run redrive`: puts dead letters back, on AWS or on this machine. Exit code 0 when none is left or
 * they were only counted, 1 when some stay or it broke off on the way, 2 when it could not begin.
 */

let isUnderWay = false;
try {
  refuseWhatNpmTook('redrive', REDRIVE_OPTIONS, process.argv.slice(2), process.env);
  // npm starts us in the package's folder, and says from where it was called.
  const options = parseRedriveOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options === undefined) console.log(REDRIVE_HELP);
  else {
    if (options.data !== undefined) useStackIn(options.data);
    await redrive(options);
  }
} catch (error) {
  console.error(wordingOf(error));
  process.exitCode = isUnderWay ? 1 : 2;
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
    // Before this run takes out any itself.
    const { waiting, takenOut } = await lettersIn(queues, queueUrl);
    if (dryRun) {
      console.log(`${name}: ${letters(waiting + takenOut)}`);
      continue;
    }
    isUnderWay = true;
    const done = await putBack(letterBox(queues, queueUrl), invokerOf(functions, functionName));
    const { failed, brokenOff } = done;
    failedAgain += failed.length;
    if (failed.length > 0 || brokenOff !== undefined || takenOut > 0) process.exitCode = 1;
    for (const line of linesOf(done, takenOut)) console.log(`${name}: ${line}`);
  }
  if (failedAgain === 0) return;
  console.log(`${letters(failedAgain)} failed again. The logs of the functions say why.`);
}

/** @param takenOut by another run, so that they were not to be had. */
function linesOf(done: PutBack, takenOut: number): readonly string[] {
  if (takenOut === 0) return linesOfOwn(done);
  const { delivered, failed, brokenOff } = done;
  const found = delivered + failed.length > 0 || brokenOff !== undefined;
  return [
    ...(found ? linesOfOwn(done) : []),
    `${letters(takenOut)} taken out by another run. Of one that was cut off, they are there again within an hour.`,
  ];
}

function linesOfOwn({ delivered, failed, brokenOff }: PutBack): readonly string[] {
  const stays = failed.map(({ id, reason }) => `${id} stays: ${reason}`);
  if (brokenOff !== undefined) {
    const { error, untried } = brokenOff;
    const rest = untried === 0 ? '' : `, and ${letters(untried)} given back untried`;
    return [`${letters(delivered)} put back${rest}. It broke off: ${wordingOf(error)}`, ...stays];
  }
  return delivered + failed.length === 0
    ? ['no dead letters']
    : [`${letters(delivered)} put back`, ...stays];
}

function letters(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`;
}
