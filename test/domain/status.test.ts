import { expect, it } from 'vitest';
import { predecessors } from '../../functions/domain/status.ts';

it.each([
  ['queued', []],
  ['running', ['queued']],
  ['succeeded', ['running']],
  ['failed', ['running']],
  ['canceled', ['queued', 'running']],
] as const)('%s is reached from %j alone', (status, from) => {
  expect(predecessors(status)).toEqual(from);
});
