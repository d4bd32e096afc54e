import { InvokeCommand, type LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Answer, LetterBox } from './put-back.ts';

/** The queues and functions of a stack, as SQS and Lambda have them. */

/** For as long as a run may take; after one that was cut off, its letters are there again when this is over. */
const HIDDEN_SECONDS = 3600;
/** With a wait, SQS asks all its servers instead of a few. */
const WAIT_SECONDS = 1;
const MOST_AT_ONCE = 10;

export function letterBox(client: SQSClient, QueueUrl: string): LetterBox {
  return {
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: MOST_AT_ONCE,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: WAIT_SECONDS,
        }),
      );
      return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }) => ({
        id: MessageId,
        body: Body,
        receipt: ReceiptHandle,
      }));
    },
    async delete({ receipt: ReceiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async release({ receipt: ReceiptHandle }) {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    },
  };
}

/** About how many letters are in a queue. */
export interface Letters {
  readonly waiting: number;
  /** Taken out by a run that goes on, or that was cut off. */
  readonly takenOut: number;
}

export async function lettersIn(client: SQSClient, QueueUrl: string): Promise<Letters> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    takenOut: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

export function invokerOf(
  client: LambdaClient,
  FunctionName: string,
): (payload: unknown) => Promise<Answer> {
  return async (payload) => {
    try {
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }),
      );
      const answer: unknown = JSON.parse(Payload?.transformToString() || 'null');
      return FunctionError === undefined
        ? { kind: 'done', payload: answer }
        : { kind: 'failed', reason: codeIn(answer) };
    } catch (error) {
      if (!(error instanceof TooManyRequestsException)) throw error;
      return { kind: 'failed', reason: error.name };
    }
  };
}

/** The name of a function's error; never its text. */
function codeIn(answer: unknown): string {
  const type =
    typeof answer === 'object' && answer !== null && 'errorType' in answer ? answer.errorType : '';
  return typeof type === 'string' && /^[\w.]{1,80}$/.test(type) ? type : 'the function failed';
}
