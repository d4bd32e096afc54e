import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import {
  JOB_CHANGING,
  NOT_SET_UP,
  RETRIED_ONCE,
  RETRIED_WHEN_SCHEDULED,
  RETRIED_WITH_BACKOFF,
  STATE,
} from '../functions/names.ts';
import type { LogDays } from './config/retention.ts';
import { EXECUTION_HOURS, LONGEST_WAIT_SECONDS, type RetryConfig } from './config/retry.ts';
import { deliveredLogGroup } from './log-group.ts';
import { workflowRole } from './workflow-role.ts';

export interface WorkflowProps {
  readonly sync: IFunction;
  readonly suggestions: IFunction;
  readonly apply: IFunction;
  readonly snapshot: IFunction;
  readonly settle: IFunction;
  readonly retry: RetryConfig;
  readonly scheduledRetry: RetryConfig;
  readonly logDays: LogDays;
  /** Whether X-Ray is told of executions. */
  readonly tracing: boolean;
}

/** Lambda had no room for the function: it did not run. */
const THROTTLED = 'Lambda.TooManyRequestsException';

/** Faults of the Lambda service itself, as AWS advises to retry them. The function may have run, and may be running. */
const SERVICE_FAULTS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
];

/**
 * An execution that fails at its end has its job settled as failed, whatever it did: before that it waits out some ten minutes
 * without a table or without room for the function, and is back within a minute.
 */
const SETTLING = {
  interval: Duration.seconds(1),
  maxAttempts: 20,
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  jitterStrategy: sfn.JitterType.FULL,
};

/** After so long a worker that nobody hears of is over: the time-out of its function, and a minute to begin in. */
const WORKER_SURELY_OVER_SECONDS = 960;

/** Every job's way: what its type needs, then the settling of the job. */
export class Workflow extends Construct {
  readonly stateMachine: sfn.StateMachine;
  private readonly props: WorkflowProps;
  private readonly failed: sfn.IChainable;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    this.props = props;
    this.failed = this.settleFailed();
    const { sync, suggestions, apply, snapshot, settle, tracing } = props;
    const functions = [sync, suggestions, apply, snapshot, settle];
    this.stateMachine = new sfn.StateMachine(this, 'JobWorkflow', {
      role: workflowRole(this, 'Role', { functions, tracing }).withoutPolicyUpdates(),
      stateMachineType: sfn.StateMachineType.STANDARD,
      timeout: Duration.hours(EXECUTION_HOURS),
      definitionBody: sfn.DefinitionBody.fromChainable(this.definition()),
      tracingEnabled: tracing,
      logs: {
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
        destination: deliveredLogGroup(this, 'WorkflowLogs', props.logDays),
      },
    });
  }

  private definition(): sfn.IChainable {
    const { sync, suggestions, retry, scheduledRetry } = this.props;
    const settle = this.settleSucceeded();
    const type = (name: string) => sfn.Condition.stringEquals('$.type', name);

    const refresh = this.refreshThenSuggest(settle);
    const suggest = this.step(STATE.suggestions, suggestions, 'suggestions', retry);
    const retryPayee = this.step(STATE.retryPayee, suggestions, null, retry);
    const scheduledSuggest = this.step(
      STATE.scheduledSuggestions,
      suggestions,
      'suggestions',
      scheduledRetry,
    );
    for (const proposing of [suggest, retryPayee, scheduledSuggest]) {
      proposing.addCatch(refresh, {
        errors: ['SNAPSHOT_MISSING', 'SNAPSHOT_DAMAGED'],
        resultPath: sfn.JsonPath.DISCARD,
      });
      proposing.addCatch(this.failed, { resultPath: '$.failure' });
      proposing.next(settle);
    }

    const syncFirst = this.step(STATE.sync, sync, 'sync', retry);
    syncFirst.addCatch(this.failed, { resultPath: '$.failure' }).next(suggest);

    const scheduledSync = this.step(STATE.scheduledSync, sync, 'sync', scheduledRetry);
    scheduledSync.addCatch(this.failed, { resultPath: '$.failure' }).next(scheduledSuggest);

    const alone = (state: string, handler: IFunction) =>
      this.step(state, handler, null, retry)
        .addCatch(this.failed, { resultPath: '$.failure' })
        .next(settle);

    return new sfn.Choice(this, STATE.jobType)
      .when(type('budget_sync'), alone(STATE.syncOnly, sync))
      .when(type('sync_and_suggest'), syncFirst)
      .when(type('suggestions_generate'), suggest)
      .when(type('suggestions_retry_payee'), retryPayee)
      .when(type('suggestions_apply'), alone(STATE.apply, this.props.apply))
      .when(type('snapshot_create'), alone(STATE.createSnapshot, this.props.snapshot))
      .when(type('snapshot_redownload'), alone(STATE.redownloadSnapshot, sync))
      .when(type('scheduled_sync_and_suggest'), scheduledSync)
      .otherwise(this.unsupported());
  }

  /** Suggestions need a snapshot: without a usable one they go through a sync, once; the job's own step has succeeded, if it has one. */
  private refreshThenSuggest(settle: sfn.IChainable): sfn.IChainable {
    const { sync, suggestions, retry } = this.props;
    const refresh = this.step(STATE.refreshSnapshot, sync, null, retry);
    const again = this.step(STATE.suggestionsAfterRefresh, suggestions, 'suggestions', retry);
    refresh.addCatch(this.failed, { resultPath: '$.failure' }).next(again);
    again.addCatch(this.failed, { resultPath: '$.failure' }).next(settle);
    return refresh;
  }

  /** @param step the job's step that this state runs; null in the types that have none. */
  private step(
    state: string,
    handler: IFunction,
    step: 'sync' | 'suggestions' | null,
    retry: RetryConfig,
  ): LambdaInvoke {
    const invoke = new LambdaInvoke(this, state, {
      lambdaFunction: handler,
      retryOnServiceExceptions: false,
      payload: sfn.TaskInput.fromObject({
        jobId: sfn.JsonPath.stringAt('$.jobId'),
        budgetId: sfn.JsonPath.stringAt('$.budgetId'),
        executionId: sfn.JsonPath.executionId,
        redriveCount: sfn.JsonPath.numberAt('$$.Execution.RedriveCount'),
        ...(step === null ? {} : { step }),
      }),
      resultSelector: { 'counts.$': '$.Payload' },
      resultPath: `$.${step ?? 'result'}`,
    });
    return this.retried(invoke, retry, handler !== this.props.suggestions);
  }

  /** @param opensBudgets no second worker begins while the first one may be changing the budget. */
  private retried(invoke: LambdaInvoke, retry: RetryConfig, opensBudgets: boolean): LambdaInvoke {
    const backoff = {
      interval: Duration.seconds(retry.intervalSeconds),
      maxAttempts: retry.maxAttempts,
      backoffRate: retry.backoffRate,
      maxDelay: Duration.seconds(LONGEST_WAIT_SECONDS),
    };
    // Waits of minutes are planned times; shorter ones are spread, so that jobs do not come back all at once.
    const spread = retry.intervalSeconds < 60 ? { jitterStrategy: sfn.JitterType.FULL } : {};
    const waited = retry === this.props.scheduledRetry ? RETRIED_WHEN_SCHEDULED : [];
    invoke.addRetry({ errors: [...RETRIED_WITH_BACKOFF, ...waited], ...backoff, ...spread });
    const soon = { ...backoff, jitterStrategy: sfn.JitterType.FULL };
    const didNotRun = [THROTTLED, NOT_SET_UP, JOB_CHANGING];
    invoke.addRetry({ errors: [...didNotRun, ...(opensBudgets ? [] : SERVICE_FAULTS)], ...soon });
    if (opensBudgets) {
      invoke.addRetry({
        errors: [...SERVICE_FAULTS],
        interval: Duration.seconds(WORKER_SURELY_OVER_SECONDS),
        maxAttempts: retry.maxAttempts,
        backoffRate: 1,
      });
    }
    invoke.addRetry({
      errors: [...RETRIED_ONCE],
      interval: Duration.seconds(retry.intervalSeconds),
      maxAttempts: 1,
    });
    return invoke;
  }

  private settleSucceeded(): sfn.IChainable {
    return this.settling(STATE.settleSucceeded, { outcome: 'succeeded' });
  }

  private settleFailed(): sfn.IChainable {
    const settle = this.settling(STATE.settleFailed, {
      outcome: 'failed',
      failure: {
        Error: sfn.JsonPath.stringAt('$.failure.Error'),
        Cause: sfn.JsonPath.stringAt('$.failure.Cause'),
      },
    });
    return settle.next(new sfn.Fail(this, STATE.jobFailed, { errorPath: '$.failure.Error' }));
  }

  /** A type that this version cannot run is a failure of the job like any other. */
  private unsupported(): sfn.IChainable {
    const unsupported = new sfn.Pass(this, STATE.unsupportedType, {
      result: sfn.Result.fromObject({ Error: 'NOT_SUPPORTED', Cause: '{}' }),
      resultPath: '$.failure',
    });
    return unsupported.next(this.failed);
  }

  private settling(state: string, payload: Readonly<Record<string, unknown>>): LambdaInvoke {
    const invoke = new LambdaInvoke(this, state, {
      lambdaFunction: this.props.settle,
      retryOnServiceExceptions: false,
      payload: sfn.TaskInput.fromObject({
        jobId: sfn.JsonPath.stringAt('$.jobId'),
        executionId: sfn.JsonPath.executionId,
        redriveCount: sfn.JsonPath.numberAt('$$.Execution.RedriveCount'),
        ...payload,
      }),
      resultPath: sfn.JsonPath.DISCARD,
    });
    invoke.addRetry({ errors: ['States.ALL'], ...SETTLING });
    return invoke;
  }
}
