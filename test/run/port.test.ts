import { expect, it, vi } from 'vitest';
import { portOfItsOwn } from './port.ts';

/** Below those that are given out, so that no other test has them. */
const [ONE, OTHER] = [1001, 1002];

it('a port that two find at once is for one of them, and the other looks for another', async () => {
  const find = vi
    .fn(async () => OTHER)
    .mockResolvedValueOnce(ONE)
    .mockResolvedValueOnce(ONE);
  const ports = await Promise.all([portOfItsOwn(find), portOfItsOwn(find)]);
  expect(ports.sort()).toEqual([ONE, OTHER]);
});

it('where there is no run of tests, a port is for whoever found it', async () => {
  vi.stubEnv('TEST_RUN_FOLDER', undefined);
  const find = async () => ONE;
  expect([await portOfItsOwn(find), await portOfItsOwn(find)]).toEqual([ONE, ONE]);
  vi.unstubAllEnvs();
});
