import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { budgetId, jobId, workerId } from '../../functions/domain/ids.ts';
import { endProcess, openActual } from '../../functions/handlers/actual.ts';
import { meter } from '../../functions/store/meter.ts';
import { uuid } from '../domain/builders.ts';

const folder = mkdtempSync(join(tmpdir(), 'asset-'));

afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));

function opened(servers: readonly string[]) {
  const table = new DynamoDBClient({ region: 'eu-central-1' });
  const secrets = servers.map((id) => [id, { actual: `actual-${id}`, session: `session-${id}` }]);
  const serverSecrets = JSON.stringify(Object.fromEntries(secrets));
  return openActual(
    { tableName: 'Table', bucketName: 'bucket', serverSecrets },
    DynamoDBDocumentClient.from(table),
    meter(table),
    { loggedIn: () => {} },
  );
}

const opens = (servers: readonly string[], budget: string) => () =>
  opened(servers).budgetsFor(workerId('worker'), {
    jobId: jobId(uuid(9)),
    budgetId: budgetId(budget),
  });

it('without a map every budget is on the one server', () => {
  vi.stubEnv('BUDGET_MAP', undefined);
  expect(opens(['default'], uuid(1))).not.toThrow();
});

it('with a map a budget outside it, or on a server that is gone, is not there for a job either', () => {
  writeFileSync(join(folder, 'budgets.json'), JSON.stringify({ home: [uuid(1)], club: [uuid(2)] }));
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
  vi.stubEnv('BUDGET_MAP', 'budgets.json');
  expect(opens(['home'], uuid(1))).not.toThrow();
  const gone = expect.objectContaining({ name: 'BUDGET_NOT_FOUND' });
  expect(opens(['home'], uuid(2))).toThrow(gone);
  expect(opens(['home', 'club'], uuid(3))).toThrow(gone);
});

it('a job whose budget was taken out of the map says that no server was asked, and what would have it run', () => {
  writeFileSync(join(folder, 'budgets.json'), JSON.stringify({ home: [uuid(1)] }));
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
  vi.stubEnv('BUDGET_MAP', 'budgets.json');
  expect(opens(['home'], uuid(3))).toThrow(
    'No server was asked: the configuration names the budget under none of its servers. To have its jobs run, put it there and deploy.',
  );
});

it('a process that ends itself leaves in the log why, without a word of it', () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const lines: unknown[] = [];
  const write = (text: unknown) => lines.push(text) > 0;
  const [out, error] = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  endProcess(Object.assign(new RangeError('Canary Grocer'), { code: 'ERR_OUT_OF_RANGE' }));
  for (const spy of [out, error]) spy?.mockRestore();
  expect(lines.join('')).toMatch(/the process ends itself.*RangeError.*ERR_OUT_OF_RANGE/);
  expect(lines.join('')).not.toContain('Canary');
  expect(exit).toHaveBeenCalledWith(1);
  exit.mockRestore();
});
