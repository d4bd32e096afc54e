import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';

/** What a stack says of itself. */

export interface DeadLetterQueue {
  readonly queueUrl: string;
  /** The function that its letters are put back to. */
  readonly functionName: string;
}

/** A stack that is not there, or is of a version that names no queues. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

const DeadLetterQueues = z.array(z.object({ queueUrl: z.string(), functionName: z.string() }));

/** @throws StackError */
export async function deadLetterQueuesOf(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
): Promise<readonly DeadLetterQueue[]> {
  const output = await outputOf(client, stackName, 'DeadLetters');
  return DeadLetterQueues.parse(JSON.parse(output));
}

/** @returns the name of the function that deletes a budget's data. @throws StackError */
export function forgetFunctionOf(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
): Promise<string> {
  return outputOf(client, stackName, 'ForgetFunction');
}

/** @throws StackError */
export async function outputOf(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
  name: string,
): Promise<string> {
  const { Stacks: [stack] = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch(reworded(stackName));
  const output = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (output === undefined) {
    throw new StackError(
      `The stack ${stackName} has no output ${name}: it is not one of actual-jobs, or of an older version. Deploy this version first.`,
    );
  }
  return output;
}

function reworded(stackName: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && error.name === 'ValidationError') {
      throw new StackError(
        `There is no stack ${stackName} in this account and region; name another with --stack.`,
      );
    }
    throw error;
  };
}
