import { Stack } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { JOB_EVENT } from '../functions/names.ts';
import type { NoticesConfig } from './config/notices.ts';

export interface NoticesProps {
  readonly config: NoticesConfig;
  readonly stateMachine: StateMachine;
}

/**
 * Where the stack writes to when somebody has to do something. A notice holds ids and known sentences alone and is sent as
 * mail in the end, so the topic has SNS's own encryption and no key of ours.
 */
export class Notices extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, stateMachine }: NoticesProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'actual-jobs', enforceSSL: true });
    for (const address of config.email) this.topic.addSubscription(new EmailSubscription(address));
    this.mayPublish('cloudwatch.amazonaws.com', {
      ArnLike: { 'aws:SourceArn': this.arnOf('cloudwatch', 'alarm:*') },
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
    });
    if (config.failedJobs) this.tellOfFailures(stateMachine);
  }

  private tellOfFailures(stateMachine: StateMachine): void {
    const rule = new Rule(this, 'JobFailedRule', {
      eventPattern: {
        source: [JOB_EVENT.source],
        detailType: [JOB_EVENT.detailType.failed],
        // Of this stack's jobs alone: others of the account have the same source.
        resources: [stateMachine.stateMachineArn],
      },
    });
    // Without conditions: EventBridge publishes without what they ask for, and would be refused, with nobody told.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    this.mayPublish('events.amazonaws.com', {});
    const target: IRuleTarget = {
      bind: () => ({ arn: this.topic.topicArn, input: RuleTargetInput.fromMultilineText(TEXT) }),
    };
    rule.addTarget(target);
  }

  private mayPublish(
    service: string,
    conditions: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
  }

  private arnOf(service: string, resource: string): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }
}

const detail = (field: string) => EventField.fromPath(`$.detail.${field}`);

/** What broke, what became of the data, what to do, and where to look. */
const TEXT = [
  `A job of actual-jobs failed: ${detail('type')}, ${detail('failureCode')}.`,
  detail('failureReason'),
  'Nothing is lost: what the job did before it failed is kept, and so are all suggestions and decisions.',
  `When that is done, run it again as it was: POST /jobs/${detail('jobId')}/retry`,
  'Where it takes another Sync ID or other suggestions, create a new job: run again, this one would fail again. A scheduled job that is run again syncs and proposes, and applies nothing: that is left to the next one.',
  `It was job ${detail('jobId')} of budget ${detail('budgetId')} and ended at ${detail('completedAt')}.`,
  `Its way, state by state: ${detail('executionUrl')}`,
].join('\n');
