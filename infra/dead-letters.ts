import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDestination, IEventSourceDlq, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What could not be delivered is kept for as long as SQS can keep it. */
export const KEPT = Duration.days(14);

/**
 * The most that EventBridge and its scheduler take: their tries end by number or by age, whichever comes first, and the age
 * is what is promised. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
export const TRIED_UNTIL_TOO_OLD = 185;

/** A queue of dead letters, and the function that takes them when they are put back (`npm run redrive`). */
export interface DeadLetters {
  readonly queue: Queue;
  readonly putBackTo: IFunction;
}

export function deadLetters(scope: Construct, id: string, putBackTo: IFunction): DeadLetters {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: KEPT,
  });
  return { queue, putBackTo };
}

/** Where Lambda sets aside what a function could not do; the function's role sends it there, and may do no more with the queue. */
export function setAside({ queue }: DeadLetters): IDestination & IEventSourceDlq {
  return {
    bind: (_source: unknown, fn: IFunction) => {
      fn.addToRolePolicy(
        new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
      );
      return { destination: queue.queueArn };
    },
  };
}
