import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesizedStack } from '../infra/assembly.ts';
import { type Fixture, fixtures } from './fixture.ts';

/** CloudFormation knows a resource by its logical id, and so does a data folder: under another one it is made anew, and empty. */

const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';

/** As much as can be beside the only server that there was. */
const CONFIG = {
  retentionDays: 7,
  pendingSuggestionDays: 8,
  unusedSnapshotDays: 9,
  backupDays: 3,
  logDays: 1,
  tracing: false,
  servers: [
    { id: 'home', budgets: ['0193b2c4-8d7e-7f00-a000-000000000002'] },
    { id: 'default', budgets: [BUDGET] },
  ],
  schedules: [{ name: 'nightly', budgetId: BUDGET, expression: 'cron(0 3 * * ? *)' }],
  model: { provider: 'openai', address: 'https://model.example/v1', modelId: 'm' },
  notices: { email: ['me@example.org'] },
  auth: { jwt: { issuer: 'https://login.example.org', audience: ['household'] } },
  api: { allowedOrigins: ['https://budget.example.org'] },
};

let made: Synthesized;
let configured: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
  configured = await synthesizedStack(CONFIG);
});

/** Resources of a version that are not there any more. */
function lostOf({ resources }: Fixture, { stack }: Synthesized) {
  const there = new Map(stack.resources.map(({ logicalId, type }) => [logicalId, type]));
  return Object.entries(resources).filter(([id, type]) => there.get(id) !== type);
}

describe.each(fixtures())('what version $version deployed', (fixture: Fixture) => {
  it('goes on under its logical ids: table, bucket, secrets, queues, functions, workflow and API', () => {
    expect(lostOf(fixture, made)).toEqual([]);
  });

  it('goes on under them whatever is configured', () => {
    expect(lostOf(fixture, configured)).toEqual([]);
  });
});

it('no configuration changes of what has to survive more than how long it keeps things: CloudFormation replaces a table with other keys', () => {
  const changed = Object.entries(made.state.Resources).flatMap(([id, { Type, Properties }]) => {
    const others = configured.state.Resources[id]?.Properties;
    return Object.keys({ ...Properties, ...others })
      .filter((name) => JSON.stringify(Properties[name]) !== JSON.stringify(others?.[name]))
      .map((name) => `${Type} ${name}`);
  });
  expect(changed).toEqual([
    'AWS::DynamoDB::GlobalTable Replicas',
    'AWS::S3::Bucket LifecycleConfiguration',
  ]);
});
