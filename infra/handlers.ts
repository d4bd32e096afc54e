import { ENV } from '../functions/names.ts';

/** Every function of the stack: its handler, its size, and which parts of the environment it reads. */

export interface HandlerSpec {
  /** File in functions/handlers, without the ending. */
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: readonly (typeof ENV)[keyof typeof ENV][];
  /** Another file in functions/handlers, where the stack asks a language model: only there it carries what that takes. */
  readonly fileWithModel?: string;
  /** Opens budgets, so its asset carries Actual's library. */
  readonly worker?: true;
  /** Has whole budgets in its memory. */
  readonly holdsBudgets?: true;
}

/** API Gateway gives up after 30 s; a call may wait 20 s for a job to end. */
const API = { memoryMb: 512, timeoutSeconds: 29 };
const LIGHT = { memoryMb: 512, timeoutSeconds: 60 };
const QUARTER_HOUR = 900;

const { tableName, bucketName, stateMachineArn, serverSecrets, budgetMap, retentionDays } = ENV;
const { pendingSuggestionDays, unusedSnapshotDays, model, modelSecret } = ENV;
const { access, metricsNamespace, schedules } = ENV;

/** With so much memory a function has a whole processor. What each is given is measured: docs/decisions/0055. */
const WORKER = {
  memoryMb: 1769,
  timeoutSeconds: QUARTER_HOUR,
  worker: true,
  holdsBudgets: true,
} as const;
const WORKER_ENVIRONMENT = [
  tableName,
  bucketName,
  serverSecrets,
  budgetMap,
  retentionDays,
  metricsNamespace,
];

export const HANDLERS = {
  createJob: {
    name: 'create-job',
    ...API,
    environment: [tableName, retentionDays, stateMachineArn, budgetMap, access],
  },
  cancelJob: {
    name: 'cancel-job',
    ...API,
    environment: [tableName, retentionDays, stateMachineArn, budgetMap, access],
  },
  retryJob: {
    name: 'retry-job',
    ...API,
    environment: [tableName, retentionDays, stateMachineArn, budgetMap, access],
  },
  listJobs: {
    name: 'list-jobs',
    ...API,
    environment: [tableName, stateMachineArn, budgetMap, access],
  },
  getJob: { name: 'get-job', ...API, environment: [tableName, stateMachineArn, budgetMap, access] },
  listJobEvents: { name: 'list-job-events', ...API, environment: [tableName, budgetMap, access] },
  listSuggestions: {
    name: 'list-suggestions',
    ...API,
    environment: [tableName, budgetMap, access],
  },
  patchSuggestion: {
    name: 'patch-suggestion',
    ...API,
    environment: [tableName, retentionDays, budgetMap, access],
  },
  patchSuggestions: {
    name: 'patch-suggestions',
    ...API,
    environment: [tableName, retentionDays, budgetMap, access],
  },
  listSnapshots: {
    name: 'list-snapshots',
    ...API,
    environment: [tableName, retentionDays, budgetMap, access],
  },
  downloadSnapshot: {
    name: 'download-snapshot',
    ...API,
    environment: [tableName, bucketName, retentionDays, budgetMap, access],
  },
  getOpenapi: { name: 'get-openapi', ...API, environment: [] },
  unknownRoute: { name: 'unknown-route', ...API, environment: [] },
  dispatch: {
    name: 'dispatch',
    ...LIGHT,
    environment: [tableName, retentionDays, stateMachineArn],
  },
  announce: {
    name: 'announce',
    ...LIGHT,
    environment: [tableName, stateMachineArn, metricsNamespace],
  },
  schedule: { name: 'schedule', ...LIGHT, environment: [tableName, retentionDays] },
  settle: { name: 'settle', ...LIGHT, environment: [tableName, retentionDays] },
  settleExecution: { name: 'settle-execution', ...LIGHT, environment: [tableName, retentionDays] },
  sweep: {
    name: 'sweep',
    memoryMb: 512,
    timeoutSeconds: 240,
    environment: [tableName, retentionDays, stateMachineArn, metricsNamespace],
  },
  forget: { name: 'forget', ...LIGHT, environment: [tableName, bucketName, schedules] },
  sync: { name: 'sync', ...WORKER, environment: [...WORKER_ENVIRONMENT, unusedSnapshotDays] },
  apply: { name: 'apply', ...WORKER, environment: [...WORKER_ENVIRONMENT, pendingSuggestionDays] },
  snapshot: { name: 'snapshot', ...WORKER, environment: WORKER_ENVIRONMENT },
  suggestions: {
    name: 'suggestions',
    memoryMb: 1024,
    timeoutSeconds: QUARTER_HOUR,
    environment: [
      tableName,
      bucketName,
      retentionDays,
      pendingSuggestionDays,
      model,
      modelSecret,
      metricsNamespace,
    ],
    fileWithModel: 'suggestions-with-model',
    holdsBudgets: true,
  },
} as const satisfies Readonly<Record<string, HandlerSpec>>;

export type HandlerKey = keyof typeof HANDLERS;
