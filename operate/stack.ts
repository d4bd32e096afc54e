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

const OUTPUT = 'DeadLetters';
const DeadLetterQueues = z.array(z.object({ queueUrl: z.string(), functionName: z.string() }));

/** @throws StackError */
export async function deadLetterQueuesOf(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
): Promise<readonly DeadLetterQueue[]> {
  const { Stacks: [stack] = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch(reworded(stackName));
  const output = stack?.Outputs?.find(({ OutputKey }) => OutputKey === OUTPUT)?.OutputValue;
  if (output === undefined) {
    throw new StackError(
      `The stack ${stackName} has no output ${OUTPUT}: it is not one of actual-jobs, or of an older version. Deploy this version first.`,
    );
  }
  return DeadLetterQueues.parse(JSON.parse(output));
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
