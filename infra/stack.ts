import {
  CfnOutput,
  CrossStackReferences,
  ReferenceStrength,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ENV } from '../functions/names.ts';
import { ACCESS_FILE } from './access.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import type { StackConfig } from './config/config.ts';
import { Overview } from './dashboard.ts';
import type { DeadLetters } from './dead-letters.ts';
import { Events } from './events.ts';
import { Functions, type FunctionsProps } from './functions.ts';
import { modelRights, modelSettings } from './model.ts';
import { Notices } from './notices.ts';
import { grantRights } from './rights.ts';
import { SCHEDULES_FILE, Schedules } from './schedules.ts';
import { BUDGET_MAP_FILE } from './servers.ts';
import type { StateStack } from './state-stack.ts';
import { Workflow } from './workflow.ts';

export interface JobsStackProps extends StackProps {
  readonly config: StackConfig;
  /** Folder with one bundled asset a handler. */
  readonly bundles: string;
  readonly state: StateStack;
}

/** Everything but what has to survive: it can be destroyed and deployed again. */
export class JobsStack extends Stack {
  constructor(scope: Construct, id: string, props: JobsStackProps) {
    super(scope, id, props);
    // An export could not go as long as this stack imports it: a server could never be taken out of the configuration.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { config, bundles, state } = props;
    const { storage, modelKey } = state;
    const { model, logDays, tracing } = config;
    const functions = new Functions(this, 'Functions', {
      bundles,
      logDays,
      tracing,
      environment: this.variablesOf(config, state),
    });
    const { stateMachine } = new Workflow(this, 'Workflow', {
      sync: functions.get('sync'),
      suggestions: functions.get('suggestions'),
      apply: functions.get('apply'),
      snapshot: functions.get('snapshot'),
      settle: functions.get('settle'),
      retry: config.retry,
      scheduledRetry: config.scheduledRetry,
      logDays,
      tracing,
    });
    functions.provide(ENV.stateMachineArn, stateMachine.stateMachineArn);
    new CfnOutput(this, 'StateMachineArn', { value: stateMachine.stateMachineArn });
    const { httpApi: api } = new Api(this, 'Api', {
      functions,
      config: config.api,
      jwt: config.auth?.jwt,
      logDays,
    });
    const events = new Events(this, 'Events', {
      table: storage.table,
      stateMachine,
      dispatch: functions.get('dispatch'),
      announce: functions.get('announce'),
      settleExecution: functions.get('settleExecution'),
      sweep: functions.get('sweep'),
    });
    const schedules = new Schedules(this, 'Schedules', {
      schedules: config.schedules,
      schedule: functions.get('schedule'),
    });
    const deadLetters = [...events.deadLetters, ...schedules.deadLetters];
    this.watch(config, { functions, stateMachine, api, deadLetters });
    this.tellCommands(functions, deadLetters);
    grantRights({
      functions,
      storage,
      stateMachine,
      model: model === undefined ? [] : modelRights(this, model, modelKey),
    });
  }

  /** What functions are told by their environment. */
  private variablesOf(
    config: StackConfig,
    { storage, modelKey }: StateStack,
  ): FunctionsProps['environment'] {
    const { model } = config;
    return {
      [ENV.tableName]: storage.table.tableName,
      [ENV.bucketName]: storage.bucket.bucketName,
      [ENV.serverSecrets]: this.toJsonString(storage.secretIds()),
      ...(config.servers === undefined ? {} : { [ENV.budgetMap]: BUDGET_MAP_FILE }),
      ...(config.auth === undefined ? {} : { [ENV.access]: ACCESS_FILE }),
      ...(config.schedules.length === 0 ? {} : { [ENV.schedules]: SCHEDULES_FILE }),
      [ENV.retentionDays]: String(config.retentionDays),
      [ENV.pendingSuggestionDays]: String(config.pendingSuggestionDays),
      [ENV.unusedSnapshotDays]: String(config.unusedSnapshotDays),
      [ENV.metricsNamespace]: this.stackName,
      ...(model === undefined ? {} : { [ENV.model]: modelSettings(model) }),
      ...(modelKey === undefined ? {} : { [ENV.modelSecret]: modelKey.secret.secretArn }),
    };
  }

  /** What tells people how it goes: mails, alarms, a dashboard. */
  private watch(
    { notices, schedules }: StackConfig,
    watched: {
      readonly functions: Functions;
      readonly stateMachine: StateMachine;
      readonly api: HttpApi;
      readonly deadLetters: readonly DeadLetters[];
    },
  ): void {
    const { functions, stateMachine, api, deadLetters } = watched;
    const mails =
      notices === undefined
        ? undefined
        : new Notices(this, 'Notices', { config: notices, stateMachine });
    new Alarms(this, 'Alarms', {
      api,
      sweep: functions.get('sweep'),
      deadLetters,
      schedules,
      topic: mails?.topic,
    });
    new Overview(this, 'Overview', { api, stateMachine, deadLetters });
  }

  /** What the commands of an operator look for in the outputs. */
  private tellCommands(functions: Functions, deadLetters: readonly DeadLetters[]): void {
    new CfnOutput(this, 'DeadLetters', {
      description:
        'Queues of what could not be delivered, and the functions that npm run redrive puts it back to',
      value: this.toJsonString(
        deadLetters.map(({ queue, putBackTo }) => ({
          queueUrl: queue.queueUrl,
          functionName: putBackTo.functionName,
        })),
      ),
    });
    new CfnOutput(this, 'ForgetFunction', {
      description: "The function by which npm run forget deletes a budget's data",
      value: functions.get('forget').functionName,
    });
  }
}
