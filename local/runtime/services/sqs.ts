import { createHash } from 'node:crypto';
import type { LocalCredentials } from '../contract.ts';
import type { Fields } from '../fields.ts';
import { type Queues, UnknownQueueError } from '../queues.ts';
import { type Operation, ServiceError, startJsonService } from './json-service.ts';
import type { LoopbackService } from './loopback.ts';

const DEFAULT_HIDDEN_SECONDS = 30;

/** SQS's own protocol over the queues of this machine, as far as dead letters need it. */
export function startSqs(options: {
  readonly queues: Queues;
  readonly credentials: LocalCredentials;
}): Promise<LoopbackService> {
  const { queues, credentials } = options;
  const operations: Readonly<Record<string, Operation>> = {
    SendMessage: ({ QueueUrl, MessageBody }) => {
      const body = String(MessageBody);
      return { MessageId: queues.send(String(QueueUrl), body), MD5OfMessageBody: md5(body) };
    },
    ReceiveMessage: ({ QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout }) => {
      const received = queues.receive(String(QueueUrl), {
        most: Number(MaxNumberOfMessages),
        hiddenSeconds: Number(VisibilityTimeout ?? DEFAULT_HIDDEN_SECONDS),
      });
      const Messages = received.map(({ id, body, receipt }) => ({
        MessageId: id,
        Body: body,
        MD5OfBody: md5(body),
        ReceiptHandle: receipt,
      }));
      return Messages.length === 0 ? {} : { Messages };
    },
    DeleteMessage: ({ QueueUrl, ReceiptHandle }) => {
      queues.delete(String(QueueUrl), String(ReceiptHandle));
      return {};
    },
    ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
      queues.hide(String(QueueUrl), String(ReceiptHandle), Number(VisibilityTimeout));
      return {};
    },
    GetQueueAttributes: ({ QueueUrl }) => {
      const { visible, hidden } = queues.counts(String(QueueUrl));
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(hidden),
        },
      };
    },
  };
  return startJsonService({
    credentials,
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, knowing(operation)]),
    ),
  });
}

/** The operation with its error as SQS names it. */
function knowing(operation: Operation): Operation {
  return async (input: Fields) => {
    try {
      return await operation(input);
    } catch (error) {
      if (!(error instanceof UnknownQueueError)) throw error;
      throw new ServiceError('com.amazonaws.sqs#QueueDoesNotExist', error.message);
    }
  };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
