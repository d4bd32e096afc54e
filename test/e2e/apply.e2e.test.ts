import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseExtract } from '../../functions/domain/extract-codec.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import type { Change } from '../actual/household-changes.ts';
import { type Mishap, type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { asDownloaded, changeByHand, twinOf } from '../actual/twin.ts';
import { synthesized } from './assemblies.ts';
import { Bucket, layersOf } from './bucket.ts';
import { type Installation, install } from './installation.ts';

/** Suggestions on their way into a real budget: checked, written, sent, confirmed; whatever happens on the way. */

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  proxy = await proxyTo(server.url);
  product = await install({ assembly, serverUrl: proxy.url });
});

beforeEach(async () => {
  proxy.onRequest = () => 'pass';
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  expect((await product.run('sync_and_suggest', home)).job.status).toBe('succeeded');
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

interface Listed {
  readonly id: string;
  readonly transactionId: string;
  readonly status: string;
  readonly transaction: { readonly payee: string };
  readonly proposals: readonly { readonly categoryName: string }[];
  readonly appliedBy: string | null;
  readonly lastOutcome: { readonly code: string } | null;
}

async function suggestions(status?: string): Promise<readonly Listed[]> {
  const filter = status === undefined ? '' : `&status=${status}`;
  const { body } = await product.call('GET', `/budgets/${home}/suggestions?limit=100${filter}`);
  return body.suggestions;
}

async function approve(ids: readonly string[], more: object = {}): Promise<void> {
  const decisions = ids.map((id) => ({ id, status: 'approved', ...more }));
  const { body } = await product.call('PATCH', `/budgets/${home}/suggestions`, {
    body: { decisions },
  });
  expect(body.outcomes.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
    ids.map(() => 'reviewed'),
  );
}

/** Off the extract, as nothing has been proposed in this category. */
async function categoryId(name: string): Promise<string> {
  const bucket = new Bucket(product);
  const [key = ''] = await bucket.keys(`extracts/${home}`);
  const [, text] = layersOf(await bucket.read(key));
  bucket.close();
  const { categories } = parseExtract(String(text));
  return categories.find((category) => category.name === name)?.id ?? '';
}

const byHand = (changes: readonly Change[]) => changeByHand(server.url, home, changes);
const categorised = (these: readonly Listed[]): readonly Change[] =>
  these.map(({ transactionId: transaction }) => ({
    do: 'set',
    transaction,
    fields: { category: 'Food at home' },
  }));

async function expectTwins(one: string, other: string): Promise<void> {
  const [a, b] = [await asDownloaded(server.url, one), await asDownloaded(server.url, other)];
  expect(a).toEqual(b);
}

/** The first sync brings the budget up to date, the second one asks what came while it was decided on, the third one sends the changes. */
const atSync = (which: number, mishap: () => Mishap) => {
  let syncs = 0;
  return (path: string): Mishap => {
    if (path !== '/sync/sync') return 'pass';
    syncs += 1;
    return syncs === which ? mishap() : 'pass';
  };
};

async function codeOf(suggestion: Listed | undefined): Promise<string | undefined> {
  const all = await suggestions();
  return all.find(({ id }) => id === suggestion?.id)?.lastOutcome?.code;
}

describe('suggestions_apply', () => {
  it('writes what was approved into the budget, and nothing else', async () => {
    const [first, second, ...others] = await suggestions();
    if (first === undefined || second === undefined) throw new Error('Nothing was proposed');
    const twin = await twinOf(server.url, home);
    await approve([first.id, second.id]);
    const { job } = await product.run('suggestions_apply', home);
    expect(job).toMatchObject({ status: 'succeeded', metadata: { counts: { applied: 2 } } });
    expect(await suggestions('applied')).toMatchObject([
      { appliedBy: job.id, lastOutcome: null },
      { appliedBy: job.id, lastOutcome: null },
    ]);
    expect(await suggestions('pending')).toHaveLength(others.length);
    await changeByHand(server.url, twin, categorised([first, second]));
    await expectTwins(home, twin);
  });

  it('writes a correction: another category, and a payee that the budget does not have yet', async () => {
    const [first] = await suggestions();
    if (first === undefined) throw new Error('Nothing was proposed');
    const twin = await twinOf(server.url, home);
    await approve([first.id], { payeeName: 'Corner Shop' });
    await product.run('suggestions_apply', home);
    const fields = { category: 'Food at home', payee: 'Corner Shop' };
    await changeByHand(server.url, twin, [{ do: 'set', transaction: first.transactionId, fields }]);
    await expectTwins(home, twin);
  });

  it('applies pending ones that are sure enough, and those named by id', async () => {
    const [first] = await suggestions();
    const named = await product.run('suggestions_apply', home, { suggestionIds: [first?.id] });
    expect(named.job.metadata.counts).toMatchObject({ applied: 1 });
    const sure = await product.run('suggestions_apply', home, { minConfidence: 0 });
    expect(sure.job.status).toBe('succeeded');
    expect(await suggestions('pending')).toEqual([]);
  });

  it('APPLY_REJECTED: fails with the list when a named one cannot be applied at all, and changes nothing', async () => {
    const [first, second] = await suggestions();
    await product.call('PATCH', `/budgets/${home}/suggestions/${second?.id}`, {
      body: { status: 'rejected' },
    });
    const { job } = await product.run('suggestions_apply', home, {
      suggestionIds: [first?.id, second?.id, 'nothing.1'],
    });
    expect(job).toMatchObject({ status: 'failed', failureCode: 'APPLY_REJECTED' });
    expect(job.failureReason).toContain('nothing.1');
    expect(job.failureReason).toContain(String(second?.id));
    expect(await suggestions('applied')).toEqual([]);
  });

  it('leaves out each that no longer fits, says why, and applies the others', async () => {
    const all = await suggestions();
    await approve(all.map(({ id }) => id));
    const [gone, split, other, locked, amount, payee] = all.map(
      ({ transactionId }) => transactionId,
    );
    const at = (transaction: string | undefined) => transaction ?? '';
    await byHand([
      { do: 'delete', transaction: at(gone) },
      { do: 'split', transaction: at(split) },
      { do: 'set', transaction: at(other), fields: { category: 'General' } },
      { do: 'set', transaction: at(locked), fields: { reconciled: true } },
      { do: 'set', transaction: at(amount), fields: { amount: -77 } },
      { do: 'set', transaction: at(payee), fields: { payee: 'Somebody Else' } },
    ]);
    const { job } = await product.run('suggestions_apply', home);
    expect(job).toMatchObject({
      status: 'succeeded',
      metadata: { counts: { applied: all.length - 6, notApplied: 6 } },
    });
    const left = await suggestions('approved');
    expect(
      left.map(({ transactionId, lastOutcome }) => [transactionId, lastOutcome?.code]),
    ).toEqual([
      [gone, 'TRANSACTION_GONE'],
      [split, 'TRANSACTION_SPLIT'],
      [other, 'TRANSACTION_CATEGORISED'],
      [locked, 'TRANSACTION_RECONCILED'],
      [amount, 'TRANSACTION_CHANGED'],
      [payee, 'TRANSACTION_CHANGED'],
    ]);
  });

  it.each([
    ['the category is hidden', { do: 'hide-category', name: 'Food at home' }, 'CATEGORY_HIDDEN'],
    ['the category is deleted', { do: 'delete-category', name: 'Food at home' }, 'CATEGORY_GONE'],
    ['the group of the category is hidden', { do: 'hide-group', name: 'Daily' }, 'CATEGORY_HIDDEN'],
    ['the account is closed', { do: 'close-account', name: 'Checking' }, 'ACCOUNT_CLOSED'],
  ] as const)('applies none when %s', async (_what, change, code) => {
    await approve((await suggestions()).map(({ id }) => id));
    await byHand([change]);
    const { job } = await product.run('suggestions_apply', home);
    expect(job).toMatchObject({ status: 'succeeded', metadata: { counts: { applied: 0 } } });
    const codes = (await suggestions('approved')).map(({ lastOutcome }) => lastOutcome?.code);
    expect(new Set(codes)).toEqual(new Set([code]));
  });
});

describe('an apply beside other devices', () => {
  it('leaves out what became a transfer', async () => {
    const [first] = await suggestions();
    await byHand([{ do: 'transfer', transaction: first?.transactionId ?? '', to: 'Savings' }]);
    await product.run('suggestions_apply', home, { suggestionIds: [first?.id] });
    expect(await codeOf(first)).toBe('TRANSACTION_TRANSFER');
  });

  it('leaves out what has another payee by now because the payee was merged', async () => {
    const [first] = await suggestions();
    const payee = first?.transaction.payee ?? '';
    await byHand([{ do: 'merge', payee, into: 'Split Shop' }]);
    await product.run('suggestions_apply', home, { suggestionIds: [first?.id] });
    expect(await codeOf(first)).toBe('PAYEE_MERGED');
  });

  it('believes the server, where another device wrote after it', async () => {
    const [first, second] = await suggestions();
    if (first === undefined || second === undefined) throw new Error('Nothing was proposed');
    await approve([first.id, second.id]);
    const twin = await twinOf(server.url, home);
    const fields = { category: 'General' };
    const change: Change = { do: 'set', transaction: first.transactionId, fields };
    proxy.onRequest = atSync(3, () => ({
      held: changeByHand(server.url, home, [change], { aheadMinutes: 2 }),
    }));
    const { job } = await product.run('suggestions_apply', home);
    expect(job).toMatchObject({
      metadata: { counts: { applied: 1, notApplied: 1 }, warnings: [{ code: 'NOT_CONFIRMED' }] },
    });
    expect(await codeOf(first)).toBe('NOT_CONFIRMED');
    await changeByHand(server.url, twin, [change, ...categorised([second])]);
    await expectTwins(home, twin);
  });

  it('keeps the payee of what is reconciled, and gives it its category', async () => {
    const [first] = await suggestions();
    if (first === undefined) throw new Error('Nothing was proposed');
    const { transactionId: transaction } = first;
    await byHand([{ do: 'set', transaction, fields: { reconciled: true } }]);
    await product.run('snapshot_redownload', home);
    await product.run('suggestions_generate', home);
    const proposed = (await suggestions()).find((one) => one.transactionId === transaction);
    const twin = await twinOf(server.url, home);
    await approve([proposed?.id ?? ''], { payeeName: 'Corner Shop' });
    const { job } = await product.run('suggestions_apply', home);
    expect(job).toMatchObject({
      metadata: { counts: { applied: 1 }, warnings: [{ code: 'PAYEE_KEPT', count: 1 }] },
    });
    await changeByHand(server.url, twin, categorised([first]));
    await expectTwins(home, twin);
  });
});

describe('a decision', () => {
  const STALL = 'Pop-up Stall';
  const ofStall = (all: readonly Listed[]) =>
    all.filter(({ transaction }) => transaction.payee.startsWith(STALL));
  const firstOf = (one: Listed | undefined) => one?.proposals[0]?.categoryName;
  const generate = async () => {
    expect((await product.run('suggestions_generate', home)).job.status).toBe('succeeded');
    return ofStall(await suggestions());
  };
  const decide = async (one: Listed | undefined, body: object) => {
    const path = `/budgets/${home}/suggestions/${one?.id}`;
    expect((await product.call('PATCH', path, { body })).status).toBe(200);
  };

  beforeEach(async () => {
    await byHand([{ do: 'add', transactions: 3, payee: STALL }]);
    await product.run('sync_and_suggest', home);
  });

  it('is followed by the next proposals of the payee before it is applied, and so is the next one', async () => {
    const [first] = ofStall(await suggestions());
    expect(firstOf(first)).toBe('Food at home');
    const general = await categoryId('General');
    await decide(first, { status: 'approved', categoryId: general });
    const other = async () => (await generate()).find(({ status }) => status === 'pending');
    expect(firstOf(await other())).toBe('General');
    await decide(first, { status: 'approved' });
    expect(firstOf(await other())).toBe('Food at home');
  });

  it('to reject is followed too, and what was rejected does not come back for the payee', async () => {
    const [first] = ofStall(await suggestions());
    await decide(first, { status: 'rejected' });
    const proposed = (await generate())
      .filter(({ status }) => status === 'pending')
      .flatMap(({ proposals }) => proposals.map(({ categoryName }) => categoryName));
    expect(proposed).not.toContain('Food at home');
    await product.run('suggestions_retry_payee', home, { suggestionId: first?.id });
    const anew = ofStall(await suggestions('pending'));
    expect(
      anew.flatMap(({ proposals }) => proposals.map(({ categoryName }) => categoryName)),
    ).not.toContain('Food at home');
  });
});

describe('an apply that is killed', () => {
  const kill = (): void => {
    const { functions } = product.stack;
    const apply = functions.namesOf().find((name) => name.includes('ApplyFunction'));
    for (const process of functions.processesOf(String(apply))) process.kill();
  };

  const killed = (): Mishap => {
    kill();
    return 'silence';
  };

  it.each([
    ['while it brings the budget up to date', 1, killed],
    ['while it asks what came meanwhile', 2, killed],
    ['before its changes reached the server', 3, killed],
    ['after its changes reached the server', 3, () => ({ unheard: kill })],
  ])('%s ends as if it had gone through once', async (_when, sync, mishap) => {
    const these = await suggestions();
    const twin = await twinOf(server.url, home);
    await approve(these.map(({ id }) => id));
    proxy.onRequest = atSync(sync, mishap);
    const { job } = await product.run('suggestions_apply', home);
    expect(job).toMatchObject({
      status: 'succeeded',
      metadata: { counts: { applied: these.length, notApplied: 0 } },
    });
    await changeByHand(server.url, twin, categorised(these));
    await expectTwins(home, twin);
  });

  it('again and again is failed, and its retry ends as if it had gone through once', async () => {
    const these = await suggestions();
    const twin = await twinOf(server.url, home);
    await approve(these.map(({ id }) => id));
    let syncs = 0;
    proxy.onRequest = (path) => {
      if (path !== '/sync/sync') return 'pass';
      syncs += 1;
      return syncs >= 3 ? { unheard: kill } : 'pass';
    };
    const failed = await product.run('suggestions_apply', home, {
      suggestionIds: these.map(({ id }) => id),
    });
    expect(failed.job).toMatchObject({ status: 'failed', failureCode: 'WORKER_DIED' });
    proxy.onRequest = () => 'pass';
    const { status, body } = await product.call('POST', `/jobs/${failed.job.id}/retry`);
    expect(status).toBe(201);
    const { job } = await product.ended(body.job.id);
    expect(job).toMatchObject({
      status: 'succeeded',
      metadata: { counts: { applied: these.length } },
    });
    await changeByHand(server.url, twin, categorised(these));
    await expectTwins(home, twin);
  });
});
