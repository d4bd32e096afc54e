import { beforeEach, describe, expect, it, vi } from 'vitest';
import { watchedNetwork } from '../../functions/actual/network.ts';
import { type SessionPorts, withSession } from '../../functions/actual/session.ts';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import { type WorkerId, workerId } from '../../functions/domain/ids.ts';
import { MemorySession, settingsOf } from './memory-ports.ts';

const settings = settingsOf('https://actual.example/under/');

let shared: MemorySession;
/** Passwords that were sent, in order. */
let logins: string[];
let answer: () => Response;
/** What the server says of itself, which it does without a login. */
let bootstrap: () => Response;

beforeEach(() => {
  shared = new MemorySession();
  logins = [];
  answer = () => Response.json({ status: 'ok', data: { token: `token-${logins.length}` } });
  bootstrap = () => Response.json({ status: 'ok', data: { bootstrapped: true } });
});

function ports(owner: string, changes: Partial<SessionPorts> = {}): SessionPorts {
  return {
    tokens: shared,
    logins: shared,
    owner: workerId(owner),
    network: watchedNetwork(async (address, init) => {
      if (String(address).endsWith('/under/account/needs-bootstrap')) return bootstrap();
      logins.push(`${address} ${init?.body}`);
      return answer();
    }),
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    ...changes,
  };
}

const refuseAll = async (): Promise<never> => {
  throw new FailureError(failure('SESSION_EXPIRED'));
};

const refusing = (refused: string) => async (token: string) =>
  token === refused ? refuseAll() : token;

describe('the session', () => {
  it('begins with a login below the address of the server, and is kept', async () => {
    expect(await withSession(ports('a'), settings, async (token) => token)).toBe('token-1');
    expect(logins).toEqual([
      'https://actual.example/under/account/login {"loginMethod":"password","password":"correct horse"}',
    ]);
    expect(await withSession(ports('b'), settings, async (token) => token)).toBe('token-1');
    expect(logins).toHaveLength(1);
    expect(shared.holder).toBeUndefined();
  });

  it('is renewed once when it is refused', async () => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-1' };
    expect(await withSession(ports('a'), settings, refusing('old'))).toBe('token-1');
    expect(logins).toHaveLength(1);
  });

  it('is begun anew with another secret, whose server need not be the one that knows the kept token', async () => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-0' };
    const work = vi.fn(async (token: string) => token);
    expect(await withSession(ports('a'), settings, work)).toBe('token-1');
    expect(work.mock.calls).toEqual([['token-1']]);
  });

  it('has ended when the new one is refused too', async () => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-1' };
    await expect(withSession(ports('a'), settings, refuseAll)).rejects.toMatchObject({
      name: 'SESSION_EXPIRED',
    });
    expect(logins).toHaveLength(1);
  });

  it('is not renewed for any other failure', async () => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-1' };
    const work = vi.fn().mockRejectedValue(new FailureError(failure('BUDGET_NOT_FOUND')));
    await expect(withSession(ports('a'), settings, work)).rejects.toThrow();
    expect(work).toHaveBeenCalledOnce();
    expect(logins).toEqual([]);
  });

  it('is begun by one of fifty workers', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        withSession(ports(`worker ${n}`), settings, async (token) => token),
      ),
    );
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(logins).toHaveLength(1);
  });

  it('is renewed by one of fifty workers', async () => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-1' };
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        withSession(ports(`worker ${n}`), settings, refusing('old')),
      ),
    );
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(logins).toHaveLength(1);
  });

  it('is renewed by one of fifty workers though the server gives the same token again', async () => {
    shared.token = { token: 'token-1', login: 'before', secretVersion: 'version-1' };
    const expired = async (token: string) => (logins.length === 0 ? refuseAll() : token);
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, n) => withSession(ports(`worker ${n}`), settings, expired)),
    );
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(logins).toHaveLength(1);
  });

  it('is waited for when another worker got it and it does not show yet', async () => {
    const written = { token: 'late', login: 'another', secretVersion: 'version-1' };
    shared.recent = written;
    const wait = vi.fn(async () => {
      if (wait.mock.calls.length === 3) shared.token = written;
    });
    expect(await withSession(ports('a', { wait }), settings, async (token) => token)).toBe('late');
    expect(logins).toEqual([]);
    expect(shared.holder).toBeUndefined();
  });

  it.each([
    ['is the refused one itself', { login: 'before', secretVersion: 'version-1' }],
    ['was with another password', { login: 'another', secretVersion: 'version-0' }],
  ])('is asked for at once when the login a moment ago %s', async (_what, recent) => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-1' };
    shared.recent = recent;
    expect(await withSession(ports('a'), settings, refusing('old'))).toBe('token-1');
  });

  it("is another worker's where that one logged in a while ago: nobody logs in again, or waits", async () => {
    shared.token = { token: 'old', login: 'before', secretVersion: 'version-1' };
    const wait = vi.fn();
    const work = async (token: string) => {
      if (token !== 'old') return token;
      shared.token = { token: 'theirs', login: 'another', secretVersion: 'version-1' };
      return refuseAll();
    };
    expect(await withSession(ports('a', { wait }), settings, work)).toBe('theirs');
    expect(logins).toEqual([]);
    expect(wait).not.toHaveBeenCalled();
  });

  it('is waited for until the lease ends of a worker that was killed with it', async () => {
    let passed = 0;
    const wait = async (milliseconds: number) => {
      passed += milliseconds;
    };
    const logins = new (class extends MemorySession {
      override async takeLease(lease: { readonly owner: WorkerId; readonly seconds: number }) {
        return passed >= lease.seconds * 1000 && super.takeLease(lease);
      }
    })();
    const log = () => withSession(ports('a', { wait, logins }), settings, async (token) => token);
    expect(await log()).toBe('token-1');
  });

  it('is not waited for forever', async () => {
    shared.holder = workerId('another');
    await expect(withSession(ports('a'), settings, async (token) => token)).rejects.toMatchObject({
      name: 'SESSION_EXPIRED',
    });
    expect(logins).toEqual([]);
  });

  it.each(['releaseLease', 'rememberLogin'] as const)(
    'is used although a table that fails at %s keeps nothing of the login',
    async (call) => {
      vi.spyOn(shared, call).mockRejectedValue(new Error('The table'));
      expect(await withSession(ports('a'), settings, async (token) => token)).toBe('token-1');
    },
  );

  it('leaves no lease behind that was taken although the answer was lost', async () => {
    vi.spyOn(shared, 'takeLease').mockImplementation(async ({ owner }) => {
      shared.holder = owner;
      throw new Error('The table');
    });
    await expect(withSession(ports('a'), settings, async () => 1)).rejects.toThrow('The table');
    expect(shared.holder).toBeUndefined();
  });

  it('is not asked for with a password that was refused, until the secret changes', async () => {
    answer = () => Response.json({ status: 'error', reason: 'invalid-password' }, { status: 400 });
    const log = () => withSession(ports('a'), settings, async (token) => token);
    await expect(log()).rejects.toMatchObject({ name: 'AUTH_FAILED' });
    await expect(log()).rejects.toMatchObject({ name: 'AUTH_FAILED' });
    expect(logins).toHaveLength(1);
    expect(shared.holder).toBeUndefined();

    answer = () => Response.json({ status: 'ok', data: { token: 'new' } });
    const corrected = { ...settings, secretVersion: 'version-2' };
    expect(await withSession(ports('a'), corrected, async (token) => token)).toBe('new');
  });

  it('AUTH_FAILED: is told that the password was refused, also where that cannot be remembered', async () => {
    answer = () => Response.json({ status: 'error', reason: 'invalid-password' }, { status: 400 });
    vi.spyOn(shared, 'rememberRefusal').mockRejectedValue(new Error('The table'));
    const log = withSession(ports('a'), settings, async (token) => token);
    await expect(log).rejects.toMatchObject({ name: 'AUTH_FAILED' });
  });

  it.each([
    () => Response.json({ status: 'ok', data: {} }),
    () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }),
    () => Response.error(),
  ])(
    'takes a refused password for what it is, whatever the server says of itself (%#)',
    async (said) => {
      answer = () =>
        Response.json({ status: 'error', reason: 'invalid-password' }, { status: 400 });
      bootstrap = said;
      const log = withSession(ports('a'), settings, async (token) => token);
      await expect(log).rejects.toMatchObject({ name: 'AUTH_FAILED' });
      expect(shared.refused).toBe('version-1');
    },
  );

  it.each([
    [() => Response.json({ reason: 'too-many-requests' }, { status: 429 }), 'LOGIN_THROTTLED'],
    [() => new Response('Too many', { status: 429 }), 'LOGIN_THROTTLED'],
    [() => new Response('<html>', { status: 502 }), 'SERVER_UNREACHABLE'],
    [() => new Response('welcome'), 'SERVER_UNREACHABLE'],
    [() => Response.error(), 'SERVER_UNREACHABLE'],
    [() => new Response('Please log in', { status: 401 }), 'SERVER_UNREACHABLE'],
    [
      () => Response.json({ status: 'error', reason: 'user-not-found' }, { status: 400 }),
      'AUTH_FAILED',
    ],
    [() => Response.json({ status: 'error', reason: 'invalid-header' }), 'AUTH_FAILED'],
    [() => Response.json({ reason: 'something else' }, { status: 400 }), 'UNKNOWN'],
  ])('remembers no refusal when the login failed otherwise (%#)', async (failing, name) => {
    answer = failing;
    await expect(withSession(ports('a'), settings, async () => 1)).rejects.toMatchObject({ name });
    expect(shared.refused).toBeUndefined();
  });

  it('leaves for the log with which status something else answered the login', async () => {
    answer = () => new Response('Please log in', { status: 401 });
    await expect(withSession(ports('a'), settings, async () => 1)).rejects.toMatchObject({
      cause: { code: 'account/login:401' },
    });
  });
});
