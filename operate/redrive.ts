import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { invokerOf, letterBox, lettersIn } from './aws.ts';
import { HELP, parseOptions, type RedriveOptions, useStackIn } from './options.ts';
import { type PutBack, putBack } from './put-back.ts';
import { deadLetterQueuesOf } from './stack.ts';
import { wordingOf } from './wording.ts';

/**
 * `npm run redrive`: puts dead letters back, on AWS or on this machine. Exit code 0 when none is left, 1 when some
 * failed again, 2 when it could not begin.
 */

try {
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
  let left = 0;
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
    left += done.failed.length;
    for (const line of linesOf(name, done)) console.log(line);
  }
  if (left === 0) return;
  console.log(`${letters(left)} failed again. The logs of the functions say why.`);
  process.exitCode = 1;
}

function linesOf(name: string, { delivered, failed }: PutBack): readonly string[] {
  if (delivered + failed.length === 0) return [`${name}: no dead letters`];
  return [
    `${name}: ${letters(delivered)} put back`,
    ...failed.map(({ id, reason }) => `${name}: ${id} stays: ${reason}`),
  ];
}

function letters(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`;
}
