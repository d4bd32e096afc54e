import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import { type Known, knownBudgets, ways } from './known-budgets.ts';
import { changeAccounts } from './server-files.ts';

/** Failures of one budget, as the real server gives them once its data is in the state that brings them about. */

const known = knownBudgets();
const { created, byHand, post } = known;

const column = (name: string, value: string | number | null, { cloudFileId }: Known) =>
  changeAccounts(
    known.reader.server,
    `UPDATE files SET ${name} = ? WHERE id = ?`,
    value,
    cloudFileId,
  );

describe('a budget that the server does not have', () => {
  it('BUDGET_NOT_FOUND: no budget has this id', async () => {
    expect(
      await failsWith('BUDGET_NOT_FOUND', known.reader.fetch({ budgetId: randomUUID() })),
    ).toBe('');
  });

  it('BUDGET_NOT_FOUND: the server lists a file of which it says nothing', async () => {
    const body = '{"status":"ok","data":[{}]}';
    known.reader.proxy.onRequest = (path) =>
      path === '/sync/list-user-files' ? { status: 200, type: 'application/json', body } : 'pass';
    await failsWith('BUDGET_NOT_FOUND', known.reader.fetch({ budgetId: randomUUID() }));
  });

  it('BUDGET_NOT_FOUND: it was deleted in Actual', async () => {
    const { budgetId, cloudFileId } = await created();
    await post('/sync/delete-user-file', { fileId: cloudFileId });
    await failsWith('BUDGET_NOT_FOUND', known.reader.fetch({ budgetId, cloudFileId }));
  });

  it('BUDGET_NOT_FOUND: it is shared with this user no longer', async () => {
    const home = await created();
    known.reader.proxy.onRequest = (path) =>
      path === '/sync/sync' ? { status: 403, body: 'file-access-not-allowed' } : 'pass';
    await failsWith('BUDGET_NOT_FOUND', known.reader.fetch(home));
  });
});

describe('an encrypted budget', () => {
  const encrypted = async () => {
    const budgetId = await householdDoes(known.reader.server.url, [
      { do: 'create', transactions: 3 },
      { do: 'encrypt', password: 'secret garden' },
    ]);
    const withPassword = (password: string) => ({
      settings: { budgetPasswords: { [budgetId]: password } },
    });
    return { budgetId, withPassword };
  };

  it('ENCRYPTION_KEY_REQUIRED and ENCRYPTION_KEY_WRONG: without, with a wrong and with the right password', async () => {
    const { budgetId, withPassword } = await encrypted();
    const right = await known.reader.fetch({ budgetId }, withPassword('secret garden'));
    for (const archive of [undefined, right.archive]) {
      await failsWith('ENCRYPTION_KEY_REQUIRED', known.reader.fetch({ budgetId, archive }));
      const wrong = known.reader.fetch({ budgetId, archive }, withPassword('wrong'));
      await failsWith('ENCRYPTION_KEY_WRONG', wrong);
    }
    const { archive } = right;
    const warm = await known.reader.fetch({ budgetId, archive }, withPassword('secret garden'));
    expect(warm.downloaded).toBe(false);
    expect(warm.extract).toEqual(right.extract);
  });

  it('ENCRYPTION_KEY_UNSUPPORTED: its key has nothing to be tested with, as keys once were', async () => {
    const { budgetId, withPassword } = await encrypted();
    changeAccounts(
      known.reader.server,
      'UPDATE files SET encrypt_test = NULL WHERE group_id = ?',
      budgetId,
    );
    const opened = known.reader.fetch({ budgetId }, withPassword('secret garden'));
    await failsWith('ENCRYPTION_KEY_UNSUPPORTED', opened);
  });

  it('BUDGET_NOT_FOUND: it was deleted in Actual, and there is a snapshot of it', async () => {
    const { budgetId, withPassword } = await encrypted();
    const password = withPassword('secret garden');
    const { archive, cloudFileId } = await known.reader.fetch({ budgetId }, password);
    await post('/sync/delete-user-file', { fileId: cloudFileId });
    const opened = known.reader.fetch({ budgetId, archive, cloudFileId }, password);
    await failsWith('BUDGET_NOT_FOUND', opened);
  });

  it('BUDGET_NOT_FOUND: it is shared with this user no longer, and there is a snapshot of it', async () => {
    const { budgetId, withPassword } = await encrypted();
    const password = withPassword('secret garden');
    const { archive, cloudFileId } = await known.reader.fetch({ budgetId }, password);
    const files = { status: 200, type: 'application/json', body: '{"status":"ok","data":[]}' };
    const refused = { status: 403, body: 'file-access-not-allowed' };
    known.reader.proxy.onRequest = (path) =>
      path === '/sync/list-user-files' ? files : path.startsWith('/sync/') ? refused : 'pass';
    const opened = known.reader.fetch({ budgetId, archive, cloudFileId }, password);
    await failsWith('BUDGET_NOT_FOUND', opened);
  });

  it('BUDGET_RESET: its password was changed in Actual; it names the new id', async () => {
    const { budgetId, withPassword } = await encrypted();
    const { archive, cloudFileId } = await known.reader.fetch(
      { budgetId },
      withPassword('secret garden'),
    );
    const newId = await householdDoes(known.reader.server.url, [
      { do: 'open', syncId: budgetId, password: 'secret garden' },
      { do: 'encrypt', password: 'another garden' },
    ]);
    for (const password of ['secret garden', 'another garden']) {
      for (const snapshot of [archive, undefined]) {
        const request = { budgetId, archive: snapshot, cloudFileId };
        const opened = known.reader.fetch(request, withPassword(password));
        expect(await failsWith('BUDGET_RESET', opened)).toBe(`Its Sync ID is now ${newId}.`);
      }
    }
  });

  it('SERVER_UNREACHABLE: its key cannot be asked for', async () => {
    const { budgetId, withPassword } = await encrypted();
    known.reader.proxy.onRequest = (path) => (path === '/sync/user-get-key' ? 'cut' : 'pass');
    const opened = known.reader.fetch({ budgetId }, withPassword('secret garden'));
    await failsWith('SERVER_UNREACHABLE', opened);
  });
});

describe('a budget that was reset', () => {
  it('BUDGET_RESET: sync was reset in Actual (file-has-reset, budget-not-found); it names the new id', async () => {
    const home = await created();
    const newId = await byHand(home.budgetId, { do: 'reset' });
    for (const request of ways(home)) {
      const said = await failsWith('BUDGET_RESET', known.reader.fetch(request));
      expect(said).toBe(`Its Sync ID is now ${newId}.`);
    }
  });

  /** The server's list of files, with this for the id that its file has now. */
  const listsIt = (cloudFileId: string | undefined, groupId: unknown) => {
    const file = { deleted: 0, fileId: cloudFileId, groupId, name: 'Home', encryptKeyId: null };
    const body = JSON.stringify({ status: 'ok', data: [file] });
    known.reader.proxy.onRequest = (path) =>
      path === '/sync/list-user-files' ? { status: 200, type: 'application/json', body } : 'pass';
  };

  it('BUDGET_RESET: what the server gives for its new id is none, and is not said', async () => {
    const { budgetId, cloudFileId } = await created();
    listsIt(cloudFileId, 'at https://10.0.0.7/secret\u001b[2J of Canary Grocer');
    const opened = known.reader.fetch({ budgetId, cloudFileId });
    expect(await failsWith('BUDGET_RESET', opened)).toBe('');
  });

  it.each([undefined, 7])(
    'BUDGET_NOT_FOUND: the new id of its file is no text (%s)',
    async (groupId) => {
      const { budgetId, cloudFileId } = await created();
      listsIt(cloudFileId, groupId);
      await failsWith('BUDGET_NOT_FOUND', known.reader.fetch({ budgetId, cloudFileId }));
    },
  );

  it('BUDGET_RESET: a password was set in Actual; it names the new id', async () => {
    const home = await created();
    const newId = await byHand(home.budgetId, { do: 'encrypt', password: 'secret garden' });
    for (const request of ways(home)) {
      const said = await failsWith('BUDGET_RESET', known.reader.fetch(request));
      expect(said).toBe(`Its Sync ID is now ${newId}.`);
    }
  });

  it('ENCRYPTION_KEY_REQUIRED: the file has a new key under the same id (file-has-new-key)', async () => {
    const home = await created();
    const keyId = randomUUID();
    const meta = JSON.stringify({ keyId, algorithm: 'aes-256-gcm', iv: '', authTag: '' });
    column('encrypt_keyid', keyId, home);
    column('encrypt_meta', meta, home);
    for (const request of ways(home)) {
      await failsWith('ENCRYPTION_KEY_REQUIRED', known.reader.fetch(request));
    }
  });
});

describe('a file that needs attention', () => {
  it('BUDGET_NEEDS_ATTENTION: a reset was begun and not ended (file-needs-upload)', async () => {
    const home = await created();
    await post('/sync/reset-user-file', { fileId: home.cloudFileId });
    for (const request of ways(home)) {
      expect(await failsWith('BUDGET_NEEDS_ATTENTION', known.reader.fetch(request))).toBe('');
    }
  });

  it('BUDGET_NEEDS_ATTENTION: it is of an old version of sync (file-old-version)', async () => {
    const home = await created();
    column('sync_version', 1, home);
    for (const request of ways(home)) {
      await failsWith('BUDGET_NEEDS_ATTENTION', known.reader.fetch(request));
    }
  });

  it('BUDGET_NEEDS_ATTENTION: a new key was made and nothing uploaded with it (file-key-mismatch)', async () => {
    const home = await created();
    const key = { fileId: home.cloudFileId, keyId: randomUUID(), keySalt: 'salt', testContent: '' };
    await post('/sync/user-create-key', key);
    await failsWith('BUDGET_NEEDS_ATTENTION', known.reader.fetch(home));
  });

  it('BUDGET_NEEDS_ATTENTION: the server knows its file no longer (file-not-found)', async () => {
    const home = await created();
    await post('/sync/delete-user-file', { fileId: home.cloudFileId });
    await failsWith('BUDGET_NEEDS_ATTENTION', known.reader.fetch(home));
  });

  it('BUDGET_NEEDS_ATTENTION: it was deleted in Actual and made anew; it asks for the Sync ID of the new one', async () => {
    const home = await created();
    await post('/sync/delete-user-file', { fileId: home.cloudFileId });
    await created();
    const said = await failsWith('BUDGET_NEEDS_ATTENTION', known.reader.fetch(home));
    expect(said).toContain('use the Sync ID of the budget that took its place');
  });

  it('BUDGET_NEEDS_ATTENTION: the server knows its file no longer, and lists nothing; nothing is said of another budget', async () => {
    const home = await created();
    await post('/sync/delete-user-file', { fileId: home.cloudFileId });
    known.reader.proxy.onRequest = (path) => (path === '/sync/list-user-files' ? 'cut' : 'pass');
    expect(await failsWith('BUDGET_NEEDS_ATTENTION', known.reader.fetch(home))).toBe('');
  });
});
