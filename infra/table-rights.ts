import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { INDEX, PARTITION } from '../functions/names.ts';
import type { Functions } from './functions.ts';
import type { HandlerKey } from './handlers.ts';

/**
 * What each function does with the table: queries, reads by keys, and writes inside of transactions, each to the partitions that it
 * names. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */

type Partition = keyof typeof PARTITION;

interface TableUse {
  readonly reads?: readonly Partition[];
  /** Reads several items by their keys at once. */
  readonly gets?: readonly Partition[];
  readonly lists?: readonly (keyof typeof INDEX)[];
  readonly puts?: readonly Partition[];
  readonly updates?: readonly Partition[];
  readonly deletes?: readonly Partition[];
  readonly checks?: readonly Partition[];
}

/** Puts a job in line; a write that meets a request that was answered before brings its answer along, whose job may be gone. */
const SUBMITS: TableUse = {
  reads: ['job'],
  puts: ['job', 'budget', 'request'],
  checks: ['job'],
};

/** Ends a job, gives its lock back, and puts the job in line that comes after it. */
const SETTLES: TableUse = {
  reads: ['job'],
  puts: ['job', 'ends', 'budget'],
  deletes: ['budget'],
};

/** Ends a job that nobody ended, or starts the next one, or finds that it is gone. */
const LOOKS: TableUse = { ...SETTLES, reads: ['job', 'budget'], checks: ['job'] };

/** Writes itself in as worker, on condition that job and lock are as they should be. */
const WORKS: TableUse = {
  reads: ['job', 'budget'],
  puts: ['job', 'budget'],
  updates: ['budget'],
  checks: ['job', 'budget'],
};

/** Logs in to an Actual server, one worker at a time. */
const WORKS_ON_SERVER: TableUse = {
  ...WORKS,
  reads: ['job', 'budget', 'server'],
  updates: ['budget', 'server'],
};

const DECIDES: TableUse = { reads: ['suggestions'], puts: ['suggestions'] };

const TABLE_USES: Readonly<Partial<Record<HandlerKey, TableUse>>> = {
  createJob: SUBMITS,
  retryJob: { ...SUBMITS, reads: ['job', 'request'] },
  cancelJob: { reads: ['job'], puts: ['job', 'ends'], deletes: ['budget'] },
  listJobs: { lists: ['jobsByBudget', 'jobsByType', 'jobsByStatus'] },
  getJob: { reads: ['job'] },
  listJobEvents: { reads: ['job'], checks: ['job'] },
  listSuggestions: { lists: ['suggestionsByStatus'] },
  patchSuggestion: DECIDES,
  patchSuggestions: { gets: ['suggestions'], puts: ['suggestions'] },
  listSnapshots: { reads: ['budget'] },
  downloadSnapshot: { reads: ['budget'] },
  announce: { reads: ['job', 'ends'] },
  schedule: {
    reads: ['job', 'budget'],
    puts: ['job', 'budget', 'request'],
    checks: ['job'],
  },
  forget: {
    reads: ['job', 'budget', 'suggestions'],
    lists: ['jobsByBudget'],
    deletes: ['job', 'ends', 'budget', 'suggestions'],
  },
  dispatch: LOOKS,
  sweep: { ...LOOKS, lists: ['openWork'] },
  settle: SETTLES,
  settleExecution: SETTLES,
  sync: {
    ...WORKS_ON_SERVER,
    reads: ['job', 'budget', 'server', 'suggestions'],
    deletes: ['suggestions'],
  },
  apply: {
    ...WORKS_ON_SERVER,
    reads: ['job', 'budget', 'server', 'suggestions'],
    puts: ['job', 'budget', 'suggestions'],
  },
  snapshot: WORKS_ON_SERVER,
  suggestions: {
    ...WORKS,
    reads: ['job', 'budget', 'suggestions'],
    puts: ['job', 'suggestions'],
    deletes: ['suggestions'],
  },
};

export function grantTableRights(functions: Functions, table: TableV2): void {
  for (const [key, use] of Object.entries(TABLE_USES)) {
    if (!isHandlerKey(key)) throw new Error(`There is no function ${key}`);
    for (const right of rightsFor(use, table)) functions.get(key).addToRolePolicy(right);
  }
}

function isHandlerKey(key: string): key is HandlerKey & keyof typeof TABLE_USES {
  return key in TABLE_USES;
}

function rightsFor(use: TableUse, table: TableV2): readonly PolicyStatement[] {
  const { reads, gets, lists, puts, updates, deletes, checks } = use;
  const written = [
    ['dynamodb:PutItem', puts],
    ['dynamodb:UpdateItem', updates],
    ['dynamodb:DeleteItem', deletes],
    ['dynamodb:ConditionCheckItem', checks],
  ] as const;
  return [
    ...(reads === undefined ? [] : [right('dynamodb:Query', table, under(reads))]),
    ...(gets === undefined ? [] : [right('dynamodb:BatchGetItem', table, under(gets))]),
    ...(lists === undefined ? [] : [listing(lists, table)]),
    ...written.flatMap(([action, partitions]) =>
      partitions === undefined ? [] : [right(action, table, transacted(partitions))],
    ),
  ];
}

type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

function right(action: string, table: TableV2, conditions: Conditions): PolicyStatement {
  return new PolicyStatement({ actions: [action], resources: [table.tableArn], conditions });
}

function listing(lists: readonly (keyof typeof INDEX)[], table: TableV2): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: lists.map((index) => `${table.tableArn}/index/${INDEX[index].name}`),
  });
}

function under(partitions: readonly Partition[]): Conditions {
  const keys = partitions.map((partition) => `${PARTITION[partition]}*`);
  return { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
}

/** A single write outside of a transaction would go past the fence and the history of a job. */
function transacted(partitions: readonly Partition[]): Conditions {
  return {
    ...under(partitions),
    'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
  };
}
