import { beforeAll, expect, it } from 'vitest';
import {
  budgetId,
  daysAfter,
  type JobId,
  jobId,
  parseSuggestionId,
  stepId,
} from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import { createJob, startJob, takeOver } from '../../functions/domain/transitions.ts';
import { BudgetData } from '../../functions/store/budget-data.ts';
import { HistoryStore } from '../../functions/store/history-store.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { KeptSnapshotStore } from '../../functions/store/kept-snapshot-store.ts';
import { LoginStore } from '../../functions/store/login-store.ts';
import { ScheduleStore } from '../../functions/store/schedule-store.ts';
import { SnapshotStore } from '../../functions/store/snapshot-store.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { at, BUDGET, context, created, FENCE, JOB, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { LateTable } from '../simulation/table/late-table.ts';

/** What is read by its key is as it was written last, also where indexes, and reads that are not asked to be consistent, are behind. */

const client = new LateTable({ now: () => 0, ofItems: () => [], ofIndexes: () => 60_000 });
const options = { client, tableName: 't', now: () => at(0), retentionDays: 30 };
const jobs = new JobStore(options);
const histories = new HistoryStore(options);
const suggestions = new SuggestionStore(options);
const snapshots = new SnapshotStore(options);
const kept = new KeptSnapshotStore(options);
const schedules = new ScheduleStore(options);
const logins = new LoginStore(options);
const data = new BudgetData(options);

const SHOP = budgetId(uuid(0xb2));
const [RERUN, SCHEDULED] = [jobId(uuid(0x11)), jobId(uuid(0x12))];
const INPUT = { suggestionIds: [parseSuggestionId('transaction.1')] };
const REQUEST = { key: 'key', bodyHash: 'body' };
const ONE = suggestion(1, { budgetId: BUDGET });
const ITS_ID = [ONE.transactionId];
const COUNTS = { accounts: 1, transactions: 2 };
const TAKEN = { budgetId: BUDGET, takenAt: at(0), archiveKey: 'archive', counts: COUNTS };
const CURRENT = { ...TAKEN, id: uuid(7), extractKey: 'extract', cloudFileId: 'file' };
const COPY = { ...TAKEN, id: JOB, bytes: 3, expiresAt: daysAfter(at(0), 30) };

const inShop = (id: JobId, work: Work) =>
  createJob(
    { id, budgetId: SHOP, work, trigger: 'api', newStepId: () => stepId(uuid(0x20)) },
    context(0),
  );
const change = created({ type: 'suggestions_apply', ...INPUT });
const started = startJob(change.record, context(1));

beforeAll(async () => {
  await jobs.create({ change, input: INPUT, request: REQUEST });
  await jobs.claim(started, { ...FENCE, workerId: null, workerUntil: null, sending: false });
  await jobs.beginStep(takeOver(started.record), FENCE, at(1_000));
  await jobs.repeat(
    { change: inShop(RERUN, { type: 'snapshot_create' }) },
    { of: change.record.job, before: undefined },
  );
  await schedules.create({
    change: inShop(SCHEDULED, { type: 'scheduled_sync_and_suggest' }),
    request: { key: 'time', bodyHash: '' },
    last: undefined,
  });
  await suggestions.write({ put: [ONE], reopen: [], renew: [], remove: [] }, FENCE);
  await snapshots.setCurrent(CURRENT, FENCE);
  await kept.keep(COPY, FENCE);
  await logins.rememberRefusal('server', 'version');
});

it.each<[string, () => Promise<unknown>, unknown]>([
  ['a job', () => jobs.get(JOB), started.record],
  ['a job with its lists', () => jobs.whole(JOB), { ...started.record, input: INPUT }],
  ['a history', () => histories.history(JOB), { job: started.record.job, events: [{}, {}] }],
  ['what a job works on', () => jobs.input(JOB), INPUT],
  ['which job repeats another one', () => jobs.rerun(JOB), RERUN],
  ['what a request was answered with', () => jobs.answered(REQUEST), { jobId: JOB }],
  ['the lock of a budget', () => jobs.look(BUDGET), { running: FENCE }],
  ['who is first in line', () => jobs.look(SHOP), { next: RERUN }],
  ['the last scheduled job', () => schedules.last(SHOP, {}), SCHEDULED],
  ['all suggestions', () => suggestions.all(BUDGET), [ONE]],
  ['until when suggestions are kept', () => suggestions.kept(BUDGET), [ONE]],
  ['a suggestion', () => suggestions.get(BUDGET, ONE.transactionId), ONE],
  ['some suggestions', () => suggestions.some(BUDGET, ITS_ID), [ONE]],
  ['the current snapshot', () => snapshots.current(BUDGET), CURRENT],
  ['a copy', () => kept.get(BUDGET, JOB), COPY],
  ['the list of copies', () => kept.list(BUDGET, { limit: 5 }), { snapshots: [COPY] }],
  ['a password that was refused', () => logins.past('server'), { refusedVersion: 'version' }],
  ['what keeps a budget from being forgotten', () => data.openJobs(BUDGET), [JOB]],
  ['the records of a budget', () => data.records(BUDGET), [{}, {}]],
  ['the keys of suggestions', () => data.suggestions(BUDGET), [{ SK: ONE.transactionId }]],
])('%s', async (_what, read, expected) => {
  expect({ found: await read() }).toMatchObject({ found: expected });
});
