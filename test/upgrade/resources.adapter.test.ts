import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesizedStack } from '../infra/assembly.ts';
import { type Fixture, fixtures } from './fixture.ts';

/** CloudFormation knows a resource by its logical id, and so does a data folder: under another one it is made anew, and empty. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

describe.each(fixtures())('what version $version deployed', (fixture: Fixture) => {
  it('goes on under its logical ids: table, bucket, secrets, queues, functions, workflow and API', () => {
    const there = new Map(made.stack.resources.map(({ logicalId, type }) => [logicalId, type]));
    const lost = Object.entries(fixture.resources).filter(([id, type]) => there.get(id) !== type);
    expect(lost).toEqual([]);
  });
});
