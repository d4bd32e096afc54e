/** Names that the functions and the infrastructure share: the only file of `functions/` that `infra/` imports. */

/** Environment variables of the functions; a function gets only those that it reads. */
export const ENV = {
  tableName: 'TABLE_NAME',
  bucketName: 'BUCKET_NAME',
  stateMachineArn: 'STATE_MACHINE_ARN',
  /** JSON: by server id, the ids of its two secrets. */
  serverSecrets: 'SERVER_SECRETS',
  /** Name of the file, in the function's own asset, that says which budgets are on which server. */
  budgetMap: 'BUDGET_MAP',
  /** Name of the file, in the function's own asset, that says who may do what; without it whoever gets in may do all. */
  access: 'ACCESS',
  retentionDays: 'RETENTION_DAYS',
  pendingSuggestionDays: 'PENDING_SUGGESTION_DAYS',
  unusedSnapshotDays: 'UNUSED_SNAPSHOT_DAYS',
  /** Name of the file, in the function's own asset, that says which budgets have schedules. */
  schedules: 'SCHEDULES',
  /** JSON: which language model is asked, and what a job may spend on it. */
  model: 'MODEL',
  /** Id of the secret with the language model's key, where it takes one. */
  modelSecret: 'MODEL_SECRET',
  /** Namespace of the stack's metrics in CloudWatch. */
  metricsNamespace: 'METRICS_NAMESPACE',
} as const;

/** The one server of a stack that maps no budgets to servers. */
export const ONLY_SERVER = 'default';

/** What a caller may be allowed to do; reading includes suggestions and kept copies. */
export const SCOPES = ['jobs:read', 'jobs:write', 'suggestions:write'] as const;

export type Scope = (typeof SCOPES)[number];

/** What each route asks of its caller. A route that is not named asks for nothing but to be let in. */
export const ROUTE_SCOPES: Readonly<Record<string, Scope>> = {
  'POST /jobs': 'jobs:write',
  'GET /jobs': 'jobs:read',
  'GET /jobs/{jobId}': 'jobs:read',
  'GET /jobs/{jobId}/events': 'jobs:read',
  'POST /jobs/{jobId}/cancel': 'jobs:write',
  'POST /jobs/{jobId}/retry': 'jobs:write',
  'GET /budgets/{budgetId}/suggestions': 'jobs:read',
  'PATCH /budgets/{budgetId}/suggestions': 'suggestions:write',
  'PATCH /budgets/{budgetId}/suggestions/{suggestionId}': 'suggestions:write',
  'GET /budgets/{budgetId}/snapshots': 'jobs:read',
  'GET /budgets/{budgetId}/snapshots/{snapshotId}/download': 'jobs:read',
};

/** Attributes of the table that its keys, indexes, TTL and stream filters are made of. */
export const ATTRIBUTE = {
  partitionKey: 'PK',
  sortKey: 'SK',
  timeToLive: 'expiresAt',
} as const;

/** Beginnings of partition keys: rights on the table go by these. */
export const PARTITION = {
  /** A job with its steps, its history and its input. */
  job: 'JOB#',
  /** The ends of a day's jobs. */
  ends: 'ENDED#',
  /** A budget's line, lock and snapshots. */
  budget: 'BUDGET#',
  /** An idempotent request. */
  request: 'REQUEST#',
  suggestions: 'SUGGESTIONS#',
  /** Logins to an Actual server. */
  server: 'SERVER#',
} as const;

/**
 * Global secondary indexes: name, key attributes. Every listing index has its own pair of attributes, so an item
 * is in an index exactly when it carries that pair.
 */
export const INDEX = {
  /** Jobs of a budget, sorted by job id. */
  jobsByBudget: { name: 'JobsByBudget', partitionKey: 'budgetKey', sortKey: 'jobId' },
  /** Jobs of a budget and type, sorted by job id. */
  jobsByType: { name: 'JobsByType', partitionKey: 'typeKey', sortKey: 'jobId' },
  /** Jobs of a budget and status, sorted by job id. */
  jobsByStatus: { name: 'JobsByStatus', partitionKey: 'statusKey', sortKey: 'jobId' },
  /** Suggestions of a budget and status, sorted by the transaction's date. */
  suggestionsByStatus: {
    name: 'SuggestionsByStatus',
    partitionKey: 'suggestionStatusKey',
    sortKey: 'suggestionOrder',
  },
  /** Places in line and running jobs alone, over a few constant keys: what the sweep reads. */
  openWork: { name: 'OpenWork', partitionKey: 'openWorkKey', sortKey: 'openWorkOrder' },
} as const;

/** Beginnings of sort keys that the stream's filters look for. */
export const SORT_KEY = {
  queuePrefix: 'QUEUE#',
  running: 'RUNNING',
  endPrefix: 'END#',
} as const;

/** The events about jobs that others may listen to, on the default event bus. */
export const JOB_EVENT = {
  source: 'actual-jobs',
  detailType: {
    succeeded: 'Job Succeeded',
    failed: 'Job Failed',
    canceled: 'Job Canceled',
  },
} as const;

/** The stack's own metrics; each name with each set of dimensions that occurs is one to pay for. */
export const METRIC = {
  /** Jobs that ended, by `type` and `end`. */
  jobs: 'Jobs',
  /** Those of them that failed, whatever their type. */
  failedJobs: 'FailedJobs',
  /** Milliseconds that a step took which succeeded, by `step`. */
  stepDuration: 'StepDuration',
  /** Jobs in line, and how many seconds ago the oldest of them was created; said while there are any. */
  lineLength: 'LineLength',
  lineAge: 'LineAge',
  /** Suggestions that are new or changed, and those that were applied. */
  suggestionsMade: 'SuggestionsMade',
  suggestionsApplied: 'SuggestionsApplied',
  /** Logins to Actual servers. */
  logins: 'Logins',
  /** Jobs that the sweep had to start. */
  strays: 'Strays',
} as const;

/** Dimension that all of them have, and its value. */
export const METRIC_SERVICE = { name: 'service', value: 'actual-jobs' } as const;

/** Where objects of the bucket lie: what may be read, and how long it is kept, goes by these. */
export const BUCKET_PREFIX = {
  /** Current snapshots. */
  archives: 'archives/',
  /** What suggestions read of them. */
  extracts: 'extracts/',
  /** Copies that somebody asked to keep. */
  kept: 'kept/',
} as const;

/** States of the workflow, by the names that a caller sees in the console. */
export const STATE = {
  jobType: 'JobType',
  unsupportedType: 'UnsupportedType',
  sync: 'Sync',
  syncOnly: 'SyncOnly',
  suggestions: 'Suggestions',
  refreshSnapshot: 'RefreshSnapshot',
  suggestionsAfterRefresh: 'SuggestionsAfterRefresh',
  scheduledSync: 'ScheduledSync',
  scheduledSuggestions: 'ScheduledSuggestions',
  retryPayee: 'RetryPayee',
  apply: 'Apply',
  createSnapshot: 'CreateSnapshot',
  redownloadSnapshot: 'RedownloadSnapshot',
  settleSucceeded: 'SettleSucceeded',
  settleFailed: 'SettleFailed',
  jobFailed: 'JobFailed',
} as const;

/** Failures that the state machine tries again with backoff (`backoff` in domain/failures.ts). */
export const RETRIED_WITH_BACKOFF = [
  'SERVER_UNREACHABLE',
  'SERVER_THROTTLED',
  'STORAGE_UNAVAILABLE',
] as const;

/**
 * Errors worth one more try: what nobody foresaw, a full disk, which another worker may not have, and a worker that died, mostly for want of memory, under the names
 * that Lambda's runtime and Step Functions have for it.
 */
export const RETRIED_ONCE = [
  'UNKNOWN',
  'DISK_FULL',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Lambda.Unknown',
] as const;

/** What a function fails with that lacks a variable, as between its new code and its new settings in an upgrade: it did not run. */
export const NOT_SET_UP = 'EnvironmentError';

/** What a step ends with that could not begin while its job was being written: it did nothing. */
export const JOB_CHANGING = 'JobChanging';

/** What a scheduled job tries again too, because nobody waits for it: a login limit that ends after 15 minutes. */
export const RETRIED_WHEN_SCHEDULED = ['LOGIN_THROTTLED'] as const;
