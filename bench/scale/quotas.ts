/**
 * What AWS lets one account do a second, by default. `SOURCES` says where each is documented; only the events of
 * EventBridge in us-east-1 could be read there again when the model was made, the others are as they were known in 2025.
 */

export const KNOWN_IN = '2025';

export interface Region {
  readonly name: string;
  /** Calls a second, once the bucket of tokens is empty. */
  readonly startExecution: number;
  /** Of standard workflows. */
  readonly stateTransitions: number;
  readonly putEvents: number;
}

/** One of the three regions with the highest quotas, and one of the others. */
export const REGIONS = {
  large: {
    name: 'us-east-1',
    startExecution: 300,
    stateTransitions: 5_000,
    putEvents: 10_000,
  },
  other: {
    name: 'eu-central-1',
    startExecution: 150,
    stateTransitions: 800,
    putEvents: 2_400,
  },
} as const satisfies Record<string, Region>;

/** Of each region. */
export const QUOTAS = {
  /** Requests a second to all APIs of an account. */
  gatewayRequests: 10_000,
  /** Invocations at the same time, of all functions of an account; a new account may have fewer. */
  concurrentInvocations: 1_000,
  /** Write units a second of one table with its indexes. */
  tableWriteUnits: 40_000,
  /** Write units a second of one partition, and so of one key whose items cannot be told apart by it. */
  partitionWriteUnits: 1_000,
  /** Partitions that a new table on demand has. */
  firstPartitions: 4,
} as const;

export const SOURCES = {
  gateway: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html',
  lambda: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  stepFunctions: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
  table: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html',
  partition:
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
  stream: 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html',
  eventBridge: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
} as const;
