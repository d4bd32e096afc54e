import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import {
  type EventSourceMappingOptions,
  FilterCriteria,
  type Function as Lambda,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { SORT_KEY } from '../functions/names.ts';
import { type DeadLetters, deadLetters, setAside, TRIED_UNTIL_TOO_OLD } from './dead-letters.ts';

export interface EventsProps {
  readonly table: TableV2;
  readonly stateMachine: StateMachine;
  readonly dispatch: Lambda;
  readonly announce: Lambda;
  readonly settleExecution: Lambda;
  readonly sweep: Lambda;
}

const SWEEP_INTERVAL = Duration.minutes(5);

/** What sets things going without a caller: the table's stream, executions that ended, and the clock. */
export class Events extends Construct {
  readonly deadLetters: readonly DeadLetters[];

  constructor(scope: Construct, id: string, props: EventsProps) {
    super(scope, id);
    this.deadLetters = [
      this.dispatchFromStream(props),
      this.announceFromStream(props),
      this.settleEndedExecutions(props),
    ];
    this.sweep(props);
  }

  /**
   * A new place in line, or a lock given back: look at that budget. What Lambda sets aside of a stream names shard and
   * sequence numbers alone, and the stream forgets its records after a day: a sweep looks at all budgets instead.
   */
  private dispatchFromStream({ table, dispatch, sweep }: EventsProps): DeadLetters {
    const letters = deadLetters(this, 'DispatchDeadLetters', sweep);
    readStream(table, dispatch, {
      filters: [
        change('INSERT', { prefix: SORT_KEY.queuePrefix }),
        change('REMOVE', SORT_KEY.running),
      ],
      batchSize: 100,
      parallelizationFactor: 10,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(1),
      onFailure: setAside(letters),
    });
    return letters;
  }

  /**
   * The end of a job: an event for whoever listens. One record an invocation, so that nothing is told again because of
   * another; tried for as long as it takes, up to an hour, since no sweep makes up for it. Letters say when their records
   * came, by which the function finds the ends in the table.
   */
  private announceFromStream({ table, announce }: EventsProps): DeadLetters {
    const letters = deadLetters(this, 'AnnounceDeadLetters', announce);
    readStream(table, announce, {
      filters: [change('INSERT', { prefix: SORT_KEY.endPrefix })],
      batchSize: 1,
      parallelizationFactor: 10,
      maxRecordAge: Duration.hours(1),
      onFailure: setAside(letters),
    });
    return letters;
  }

  /** Stopped, timed out or failed outside what the workflow itself can catch; or ended well, over a job that is open still. */
  private settleEndedExecutions({ stateMachine, settleExecution }: EventsProps): DeadLetters {
    const letters = deadLetters(this, 'SettleDeadLetters', settleExecution);
    // EventBridge is done once Lambda has the event in its own queue; what the function then fails at is Lambda's.
    settleExecution.configureAsyncInvoke({
      maxEventAge: Duration.hours(1),
      retryAttempts: 2,
      onFailure: setAside(letters),
    });
    new Rule(this, 'ExecutionEndedRule', {
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [stateMachine.stateMachineArn],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [
        new LambdaFunction(settleExecution, {
          // Name and status are all that is needed; the input and output stay where they are.
          event: RuleTargetInput.fromObject({
            name: EventField.fromPath('$.detail.name'),
            status: EventField.fromPath('$.detail.status'),
          }),
          deadLetterQueue: letters.queue,
          retryAttempts: TRIED_UNTIL_TOO_OLD,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
    return letters;
  }

  /** A sweep that fails loses nothing, and the next one comes by itself: none is tried again, kept, or piled up. */
  private sweep({ sweep }: EventsProps): void {
    sweep.configureAsyncInvoke({ maxEventAge: SWEEP_INTERVAL, retryAttempts: 0 });
    new Rule(this, 'SweepRule', {
      schedule: Schedule.rate(SWEEP_INTERVAL),
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: SWEEP_INTERVAL })],
    });
  }
}

/** A record of the table's stream, which carries keys alone. */
function change(eventName: 'INSERT' | 'REMOVE', sortKey: unknown) {
  return FilterCriteria.filter({
    eventName: [eventName],
    dynamodb: { Keys: { SK: { S: [sortKey] } } },
  });
}

/** From its beginning on. */
function readStream(
  table: TableV2,
  reader: Lambda,
  options: Omit<EventSourceMappingOptions, 'eventSourceArn' | 'startingPosition'>,
): void {
  if (table.tableStreamArn === undefined) throw new Error('The table has no stream');
  reader.addEventSourceMapping('Stream', {
    eventSourceArn: table.tableStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    ...options,
  });
  table.grantStreamRead(reader);
}
