import { beforeEach, describe, expect, it } from 'vitest';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { begin, sync, world } from './syncing.ts';

beforeEach(begin);

describe('bank sync', () => {
  const withBanks = () => sync({ type: 'budget_sync', bankSync: true });

  it('is not run unless it was asked for', async () => {
    await sync({ type: 'budget_sync', bankSync: false });
    expect(world.done).not.toContain('bank sync');
  });

  it('marks the job as sending before it changes anything', async () => {
    await withBanks();
    expect(world.done.slice(0, 2)).toEqual(['sending', 'bank sync']);
  });

  it('changes nothing when the budget is no longer its own', async () => {
    world.sending = 'conflict';
    await expect(withBanks()).rejects.toThrow(JobNotRunningError);
    expect(world.done).toEqual(['sending']);
  });

  it('tells how many accounts had which refusal, and nothing else of them', async () => {
    const missing = { category: 'ACCOUNT_MISSING', code: 'ACCOUNT_MISSING' };
    const login = { category: 'ITEM_ERROR', code: 'ITEM_LOGIN_REQUIRED' };
    const other = { category: 'SERVER_DOWN', code: 'Giro of Anna' };
    world.banks = { linked: 5, refusals: [missing, login, other, missing] };
    const { warnings } = await withBanks();
    expect(warnings?.map(({ code, count }) => [code, count])).toEqual([
      ['BANK_ACCOUNT_GONE', 2],
      ['BANK_LOGIN_REQUIRED', 1],
      ['BANK_SYNC_FAILED', 1],
    ]);
    expect(JSON.stringify(warnings)).not.toContain('Anna');
  });

  it('has no warnings when every bank answered', async () => {
    expect((await withBanks()).warnings).toEqual([]);
  });

  it('says that no account is linked, and does not stand in the way of canceling', async () => {
    world.banks = { linked: 0, refusals: [] };
    const { warnings } = await withBanks();
    expect(warnings).toEqual([expect.objectContaining({ code: 'BANK_NOT_LINKED' })]);
    expect(world.done).not.toContain('sending');
  });
});
