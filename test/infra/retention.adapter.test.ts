import { beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../functions/names.ts';
import { parseConfig } from '../../infra/config/config.ts';
import { RETENTION } from '../../infra/config/retention.ts';
import { RETENTION_PAGE, rowsOf } from '../docs/markdown.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** What is kept how long: the configuration, what is deployed of it, and the page that says so. */

const CONFIG = {
  retentionDays: 45,
  pendingSuggestionDays: 46,
  unusedSnapshotDays: 47,
  logDays: 60,
  backupDays: 7,
};
const FIELDS = Object.keys(RETENTION);
const DEFAULTS = new Map<string, unknown>(Object.entries(parseConfig({})));
let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack(CONFIG);
});

const ofType = (type: string) =>
  made.stack.resources
    .filter((resource) => resource.type === type)
    .map(({ logicalId, properties }) => ({ logicalId, properties }));

/** Values of an environment variable, of all functions that have it. */
const environment = (name: string) =>
  ofType('AWS::Lambda::Function').flatMap(({ properties }) => {
    const value = Object(Object(properties.Environment).Variables)[name];
    return value === undefined ? [] : [value];
  });

describe('a stack that is told how long to keep', () => {
  it('jobs and decisions tells the functions that write them', () => {
    expect(new Set(environment(ENV.retentionDays))).toEqual(new Set(['45']));
  });

  it('pending suggestions tells both functions that write them: an apply leaves pending what it could not do', () => {
    const told = ofType('AWS::Lambda::Function').flatMap(({ logicalId, properties }) =>
      Object(Object(properties.Environment).Variables)[ENV.pendingSuggestionDays] === '46'
        ? [logicalId]
        : [],
    );
    expect(told).toEqual([
      expect.stringMatching(/^FunctionsApplyFunction/),
      expect.stringMatching(/^FunctionsSuggestionsFunction/),
    ]);
  });

  it('snapshots has them removed by the bucket', () => {
    const [bucket] = ofType('AWS::S3::Bucket');
    const { Rules } = Object(bucket?.properties.LifecycleConfiguration);
    expect(Rules).toMatchObject([
      { Prefix: 'archives/', ExpirationInDays: 47, Status: 'Enabled' },
      { Prefix: 'extracts/', ExpirationInDays: 47, Status: 'Enabled' },
      { Prefix: 'kept/', ExpirationInDays: 45, Status: 'Enabled' },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
  });

  it('logs has a group for each function, for the workflow and for the API, and all go in time', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThanOrEqual(ofType('AWS::Lambda::Function').length + 2);
    for (const { logicalId, properties } of groups) {
      expect(properties.RetentionInDays, logicalId).toBe(60);
    }
  });

  it('backups has the table restorable for so long', () => {
    const [table] = ofType('AWS::DynamoDB::GlobalTable');
    const [replica] = Object(table?.properties).Replicas;
    expect(replica.PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 7,
    });
  });
});

describe('the page of the retention', () => {
  const rows = [...rowsOf(RETENTION_PAGE).values()].filter(([where]) => where !== 'where');
  const set = rows.flatMap(([, kept = '', by = '']) => {
    const [, field] = /^`(\w+)`$/.exec(by) ?? [];
    return field === undefined ? [] : [{ field, kept }];
  });

  it('names every field that sets one, and no other', () => {
    expect([...new Set(set.map(({ field }) => field))].sort()).toEqual([...FIELDS].sort());
  });

  it.each(set)('says what stands there without $field: $kept', ({ field, kept }) => {
    expect(kept).toMatch(new RegExp(`\\b${DEFAULTS.get(field)} days\\b`));
  });

  it('says how long what could not be delivered is kept', () => {
    const [, kept] = rowsOf(RETENTION_PAGE).get('dead letters') ?? [];
    for (const { properties } of ofType('AWS::SQS::Queue')) {
      expect(kept).toBe(`${Number(properties.MessageRetentionPeriod) / 86_400} days`);
    }
  });
});
