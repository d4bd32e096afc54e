import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OneFunction, oneFunction } from './one-function.ts';

const FUNCTION = 'exports.handler = async () => require("node:os").homedir();';

let made: OneFunction;

beforeAll(async () => {
  made = await oneFunction('where', FUNCTION);
});

afterAll(() => made.remove());

it('a function has a home folder of its own: the SDK asks for one, and the user of a container may have none', async () => {
  expect(await made.pool.invoke('where', null)).toEqual({
    kind: 'success',
    payload: expect.stringContaining(made.scratch),
  });
});
