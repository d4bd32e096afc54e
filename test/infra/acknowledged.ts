/** What the rules of AWS Solutions find and we leave, each with the reason: the one place for it. */
export const ACKNOWLEDGED: readonly {
  readonly rule: RegExp;
  /** Path of the construct. */
  readonly at: RegExp;
  readonly reason: string;
}[] = [
  {
    rule: /^AwsSolutions-S1$/,
    at: /^ActualJobsState\/Storage\/Bucket\//,
    reason:
      'Access logs would need a second bucket that outlives the stack, to say what is known: nothing but our functions may read the bucket, and each of them logs the job that it reads for. Who wants more has data events of CloudTrail.',
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    at: /^ActualJobsState\/(Storage|Model)\//,
    reason:
      "An Actual server's password and a model's key are changed there by a person; AWS cannot. The session is renewed by the workers whenever the server wants it.",
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    at: /DeadLetters\/Resource$/,
    reason:
      'These are dead-letter queues, of Lambda, EventBridge and its scheduler; the rule knows those of other queues alone.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*\/(archives|extracts|kept)\/\*\]$/,
    at: /^ActualJobs\/Functions\/(Sync|Apply|Snapshot|Suggestions|DownloadSnapshot|Forget)FunctionRole\//,
    reason:
      'Objects have the ids of budgets and snapshots in their keys; the prefix is what a function may touch.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:.*:execution:<.*>:\*\]$/,
    at: /^ActualJobs\/Functions\/(CancelJob|Dispatch|Sweep)FunctionRole\//,
    reason:
      "Executions have jobs' ids for names; these are all of our state machine's, and no other's.",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /^ActualJobs\/Workflow\/Role\//,
    reason:
      'Delivery of logs and traces: these actions know no resources (service authorization reference of CloudWatch Logs and X-Ray).',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /^ActualJobs\/Functions\/\w+FunctionRole\//,
    reason:
      'Traces: putting them knows no resources (service authorization reference of X-Ray), and reads none. That a function has no other right on everything is tested.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    at: /^ActualJobs\/Api\/Preflight\//,
    reason:
      'Browsers send preflights without a signature or token; the gateway answers them by itself. The route is there only where origins are configured, and the function behind it reads nothing: it says 404 or 405.',
  },
];
