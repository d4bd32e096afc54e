import { afterAll, beforeAll, expect, it } from 'vitest';
import { attack } from '../../trials/hostile/attack.ts';
import { type LocalTarget, startLocalTarget } from '../../trials/hostile/local-target.ts';

/** The beginning of what `npm run hostile` does for long: whatever is asked, nothing breaks and nothing leaks. */

let target: LocalTarget;

beforeAll(async () => {
  target = await startLocalTarget();
});

afterAll(() => target?.close());

it('stands requests that nobody means well with, and keeps its secrets', async () => {
  const report = await attack(target, { requests: 480, seed: 20_260_101 });
  expect(report.violations).toEqual([]);
  const statuses = [...report.answers.values()].flatMap((counts) => [...counts.keys()]);
  expect(statuses).toEqual(expect.arrayContaining([200, 201, 400, 403, 404]));
});

it('is looked at wherever a secret could turn up', async () => {
  const remains = await target.remains();
  const texts = (place: string) => remains.filter((trace) => trace.in === place);
  expect(
    texts('item')
      .map(({ text }) => text)
      .join(),
  ).toMatch(/"SK":"EVENT#.*"SK":"JOB"/);
  expect(
    texts('execution')
      .map(({ text }) => text)
      .join(),
  ).toMatch(/"StateExited".*"counts"/);
});
