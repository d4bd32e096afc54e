import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { SORT_KEY } from '../functions/names.ts';

export interface EventsProps {
  readonly table: TableV2;
  readonly stateMachine: StateMachine;
  readonly dispatch: IFunction;
  readonly settleExecution: IFunction;
  readonly sweep: IFunction;
}

const SWEEP_MINUTES = 5;

/** What sets things going without a caller: the table's stream, executions that ended, and the clock. */
export class Events extends Construct {
  constructor(scope: Construct, id: string, props: EventsProps) {
    super(scope, id);
    this.dispatchFromStream(props);
    this.settleEndedExecutions(props);
    new Rule(this, 'SweepRule', {
      schedule: Schedule.rate(Duration.minutes(SWEEP_MINUTES)),
      targets: [new LambdaFunction(props.sweep, { retryAttempts: 0 })],
    });
  }

  /** A new place in line, or a lock given back: look at that budget. */
  private dispatchFromStream({ table, dispatch }: EventsProps): void {
    const change = (eventName: string, sortKey: unknown) =>
      FilterCriteria.filter({
        eventName: [eventName],
        dynamodb: { Keys: { SK: { S: [sortKey] } } },
      });
    if (table.tableStreamArn === undefined) throw new Error('The table has no stream');
    dispatch.addEventSourceMapping('Stream', {
      eventSourceArn: table.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
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
      onFailure: new SqsDlq(this.deadLetters('DispatchDeadLetters')),
    });
    table.grantStreamRead(dispatch);
  }

  /** Stopped, timed out or failed outside what the workflow itself can catch. */
  private settleEndedExecutions({ stateMachine, settleExecution }: EventsProps): void {
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
          deadLetterQueue: this.deadLetters('SettleDeadLetters'),
          retryAttempts: 5,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }

  private deadLetters(id: string): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}
