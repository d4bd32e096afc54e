import { afterEach, expect, it, vi } from 'vitest';
import { openMetrics } from '../../functions/handlers/metrics.ts';
import { stepInvocation } from '../../functions/handlers/step-invocation.ts';
import type { Meter } from '../../functions/store/meter.ts';
import { uuid } from '../domain/builders.ts';
import { lambdaContext } from './gateway.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const meter: Meter = {
  take: () => ({ calls: {}, readUnits: 0, writeUnits: 0 }),
  counting: (client) => client,
};

it('names job and request before it asks for anything, for a process that dies says no more', async () => {
  const context = lambdaContext();
  const event = { jobId: uuid(1), budgetId: uuid(2), executionId: `execution:${uuid(1)}` };
  const lines: unknown[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text: unknown) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
  const asked = Promise.withResolvers<void>();
  const silent = (): Promise<never> => {
    asked.resolve();
    return new Promise(() => {});
  };
  const step = stepInvocation({
    step: 'sync',
    jobs: { get: silent, beginStep: silent, writeStep: silent },
    meter,
    metrics: openMetrics('MyStack'),
    work: () => silent,
  });
  void step(event, context);
  await asked.promise;
  expect(lines).toMatchObject([
    { jobId: uuid(1), budgetId: uuid(2), requestId: context.awsRequestId },
  ]);
});
