import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { daysAfter } from '../../functions/domain/ids.ts';
import type { KeptSnapshot } from '../../functions/domain/snapshot.ts';
import { DownloadLinks } from '../../functions/handlers/adapters/download-links.ts';
import { downloadSnapshotRoute } from '../../functions/handlers/download-snapshot.ts';
import { listSnapshotsRoute } from '../../functions/handlers/list-snapshots.ts';
import { at, BUDGET, JOB } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { type Answered, call, fieldsIn, gatewayEvent } from './gateway.ts';

const SNAPSHOT: KeptSnapshot = {
  id: JOB,
  budgetId: BUDGET,
  takenAt: at(0),
  archiveKey: `kept/${BUDGET}/${JOB}.zip`,
  bytes: 1234,
  counts: { accounts: 2, transactions: 30 },
  expiresAt: daysAfter(at(0), 30),
};
const { archiveKey: _, ...SHOWN } = SNAPSHOT;

let asked: unknown[];
let there: KeptSnapshot | undefined;

beforeEach(() => {
  asked = [];
  there = SNAPSHOT;
});

async function listed(query = ''): Promise<Answered> {
  const path = `/budgets/${BUDGET}/snapshots`;
  const list = async (...question: unknown[]) => {
    asked.push(question);
    return { snapshots: [SNAPSHOT], nextCursor: null };
  };
  const event = gatewayEvent({ path, pathParameters: { budgetId: BUDGET }, query });
  const answer = await call(listSnapshotsRoute({ list }), event);
  expectDocumented('GET /budgets/{budgetId}/snapshots', answer);
  return answer;
}

const links = new DownloadLinks(
  () => ({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
  }),
  'bucket',
);

async function downloaded(snapshotId: string = JOB, query = ''): Promise<Answered> {
  const event = gatewayEvent({
    path: `/budgets/${BUDGET}/snapshots/${snapshotId}/download`,
    pathParameters: { budgetId: BUDGET, snapshotId },
    query,
  });
  const kept = {
    get: async (...question: unknown[]) => {
      asked.push(question);
      return there;
    },
  };
  const answer = await call(downloadSnapshotRoute({ kept, links }), event);
  expectDocumented('GET /budgets/{budgetId}/snapshots/{snapshotId}/download', answer);
  return answer;
}

describe('GET /budgets/{budgetId}/snapshots', () => {
  it('lists kept copies, and not where their bytes lie', async () => {
    expect(await listed()).toMatchObject({
      status: 200,
      body: { snapshots: [SHOWN], nextCursor: null },
    });
    expect(asked).toEqual([[BUDGET, { limit: 20 }]]);
  });

  it('takes limit and cursor', async () => {
    await listed('limit=5&cursor=abc');
    expect(asked).toEqual([[BUDGET, { limit: 5, cursor: 'abc' }]]);
  });

  it.each(['limit=0', 'status=pending'])('refuses ?%s', async (query) => {
    expect((await listed(query)).status).toBe(400);
  });
});

describe('GET /budgets/{budgetId}/snapshots/{snapshotId}/download', () => {
  it('leads to the file, for five minutes, under a name that a person knows again', async () => {
    const answer = await downloaded();
    expect(answer.status).toBe(303);
    const link = new URL(String(answer.headers.location));
    expect(link.host).toBe('bucket.s3.eu-central-1.amazonaws.com');
    expect(link.pathname).toBe(`/${SNAPSHOT.archiveKey}`);
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      'X-Amz-Expires': '300',
      'X-Amz-Security-Token': 'session',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      'response-content-disposition': 'attachment; filename="budget-2026-01-01.zip"',
    });
    expect(answer.body).toEqual({ snapshot: SHOWN });
    expect(asked).toEqual([[BUDGET, JOB]]);
  });

  it.each([
    ['cn-northwest-1', 'bucket.s3.cn-northwest-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'bucket.s3.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'bucket.s3.eusc-de-east-1.amazonaws.eu'],
  ])('leads to where AWS has its services in %s', (region, host) => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const there = new DownloadLinks(() => ({ region, credentials }), 'bucket');
    expect(new URL(there.create('kept/1.zip', 'budget.zip', 60)).host).toBe(host);
  });

  it('never shows the secret that it signs with', async () => {
    expect(JSON.stringify(await downloaded())).not.toContain('"secret"');
  });

  it('is not to be kept by anybody on the way', async () => {
    expect((await downloaded()).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('is a 404 for a copy that is not there, or whose time is over', async () => {
    there = undefined;
    expect((await downloaded()).status).toBe(404);
  });

  it('refuses an id that is none', async () => {
    const answer = await downloaded('../archives/x');
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['snapshotId']);
  });

  it('refuses parameters in the query', async () => {
    expect(fieldsIn(await downloaded(JOB, 'seconds=3600'))).toEqual(['seconds']);
  });
});
