import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActualAccount } from '../../local/start/actual-account.ts';
import { StartError } from '../../local/start/start-error.ts';
import { makeAuthority } from '../actual/certificates.ts';

/** What a start asks an Actual server, and what it makes of the answer. */

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const servers: Server[] = [];
let asked: string[];
let answer: Answer;
let account: ActualAccount;

async function serving(answering: (request: IncomingMessage) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body = {} } = answering(request);
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  return `http://${await listening(server)}`;
}

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

beforeEach(async () => {
  asked = [];
  const url = await serving(({ method, url: path, headers }) => {
    asked.push([method, path, headers['x-actual-token']].filter(Boolean).join(' '));
    return answer;
  });
  account = new ActualAccount(url);
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('a password', () => {
  it('gives a session, or is refused', async () => {
    answer = { body: { status: 'ok', data: { token: 'session' } } };
    expect(await account.logIn('secret')).toBe('session');
    answer = { status: 400, body: { reason: 'invalid-password' } };
    expect(await account.logIn('secret')).toBeUndefined();
    expect(asked).toEqual(['POST /account/login', 'POST /account/login']);
  });

  it.each([301, 302, 307, 308])(
    'goes to nobody else where the server sends us on with %d',
    async (status) => {
      let reached = 0;
      const elsewhere = await serving(() => {
        reached += 1;
        return {};
      });
      answer = { status, headers: { location: `${elsewhere}/account/login` } };
      const login = account.logIn('secret');
      await expect(login).rejects.toThrow(StartError);
      await expect(login).rejects.toThrow('sends us on to another address');
      expect(reached).toBe(0);
    },
  );

  it.each([
    [{ status: 429 }, 'try again in 15 minutes'],
    [{ status: 400, body: { reason: 'too-many-requests' } }, 'try again in 15 minutes'],
    [{ status: 500 }, 'did not let us in (HTTP 500)'],
    [{ status: 500, body: { reason: 'internal-error' } }, 'did not let us in (HTTP 500).'],
    [{ body: { reason: 'invalid-header' } }, 'did not let us in (invalid-header): where it lets'],
  ])('that %j is the answer to is not taken for a wrong one', async (given, sentence) => {
    answer = given;
    await expect(account.logIn('secret')).rejects.toThrow(sentence);
  });
});

describe('a server', () => {
  it.each([
    [{ hello: 'world' }, 'There is no Actual server'],
    [{}, 'There is no Actual server'],
    [{ data: { bootstrapped: false } }, 'has no password yet'],
  ])('that says %j is not asked to let us in', async (body, sentence) => {
    answer = { body };
    await expect(account.probe()).rejects.toThrow(sentence);
  });

  it.each([
    [401, 'lets nobody through without a login of its own (HTTP 401)'],
    [403, 'lets nobody through without a login of its own (HTTP 403)'],
    [429, 'gives no answer for now (HTTP 429)'],
    [502, 'gives no answer for now (HTTP 502)'],
    [302, 'if it is a page to log in on, have what stands before the server let this machine'],
  ])('that is hidden behind a %d is not said to be missing', async (status, sentence) => {
    answer = { status };
    await expect(account.probe()).rejects.toThrow(sentence);
  });

  it.each([
    ['without TLS', () => createServer(), 'does not speak TLS: is it an http:// address?'],
    [
      'without a certificate',
      () => createTlsServer(),
      'did not agree on a connection with TLS (ERR_SSL_',
    ],
  ])('%s is told as such at an address of https', async (_what, create, sentence) => {
    const url = `https://${await listening(create())}`;
    await expect(new ActualAccount(url).probe()).rejects.toThrow(sentence);
  });

  it.each([
    [undefined, 'send the full chain) or is from an authority that is not known'],
    ['/own-ca.pem', 'send the full chain) or is not from the authority in /own-ca.pem.'],
  ])(
    'whose certificate comes alone is told to send those in between, which browsers find (authority: %s)',
    async (authorityFile, sentence) => {
      const { key, certificate: cert } = makeAuthority('Nobody knows').issue(['127.0.0.1']);
      const url = `https://${await listening(createTlsServer({ key, cert }))}`;
      await expect(new ActualAccount(url, authorityFile).probe()).rejects.toThrow(sentence);
    },
  );

  const [YEAR_MS, now] = [365 * 86_400_000, Date.now()];
  const EXPIRED = { from: new Date(now - 2 * YEAR_MS), to: new Date(now - YEAR_MS) };
  const TO_COME = { from: new Date(now + YEAR_MS), to: new Date(now + 2 * YEAR_MS) };

  it.each([
    ['is for another name', ['127.0.0.2'], undefined, 'is for another name: give the address that'],
    ['has expired', ['127.0.0.1'], EXPIRED, 'has expired or is not valid yet: renew it'],
    ['is not valid yet', ['127.0.0.1'], TO_COME, 'has expired or is not valid yet: renew it'],
  ])(
    'whose certificate %s is told so, and nothing of its authority, which is known',
    async (_what, addresses, validity, sentence) => {
      const known = getCACertificates('default');
      const authority = makeAuthority('A household');
      const { key, certificate: cert } = authority.issue(addresses, validity);
      const url = `https://${await listening(createTlsServer({ key, cert }))}`;
      setDefaultCACertificates([...known, authority.certificate]);
      try {
        await expect(new ActualAccount(url).probe()).rejects.toThrow(sentence);
      } finally {
        setDefaultCACertificates(known);
      }
    },
  );

  it('that nobody runs is said to be out of reach, with why', async () => {
    const stopped = createServer();
    const url = `http://${await listening(stopped)}`;
    await new Promise((resolve) => stopped.close(resolve));
    const sentence = `The Actual server at ${url} cannot be reached (ECONNREFUSED): is it running`;
    await expect(new ActualAccount(url).probe()).rejects.toThrow(sentence);
  });

  it('that closes the connection without an answer is told as one that may ask for a certificate', async () => {
    const closing = createServer((_request, response) => void response.destroy());
    const url = `http://${await listening(closing)}`;
    await expect(new ActualAccount(url).probe()).rejects.toThrow('it asks its callers for a cert');
  });

  it.each([
    ['by OpenID', { availableLoginMethods: [{ method: 'openid' }] }],
    ['in a way that it does not name, as older ones do', {}],
  ])('is one that has people log in %s', async (_how, said) => {
    answer = { body: { data: { bootstrapped: true, ...said } } };
    await account.probe();
    expect(asked).toEqual(['GET /account/needs-bootstrap']);
  });
});

describe('the budgets of a server', () => {
  it('are those that are neither deleted nor in the middle of a reset', async () => {
    const file = { deleted: 0, fileId: 'f', groupId: 'g', name: 'Mine', encryptKeyId: null };
    const data = [
      file,
      { ...file, groupId: 'sealed', encryptKeyId: 'key', name: null },
      { ...file, deleted: 1 },
      { ...file, deleted: true },
      { ...file, groupId: null },
    ];
    answer = { body: { data } };
    expect(await account.budgets('session')).toEqual([
      { fileId: 'f', syncId: 'g', name: 'Mine', encrypted: false },
      { fileId: 'f', syncId: 'sealed', name: '', encrypted: true },
    ]);
    expect(asked).toEqual(['GET /sync/list-user-files session']);
  });

  it.each([401, 403])('are told by a new session only, after a %d', async (status) => {
    answer = { status, body: { reason: 'unauthorized' } };
    expect(await account.budgets('session')).toBeUndefined();
  });

  it('that are not told for another reason are no reason to log in again', async () => {
    answer = { status: 502 };
    await expect(account.budgets('session')).rejects.toThrow('did not list its budgets (HTTP 502)');
  });
});

describe('the key of an encrypted budget', () => {
  const budget = { fileId: 'f', syncId: 'sealed', name: '', encrypted: true };

  it('is what a password is tried with', async () => {
    answer = { body: { data: { id: 'k', salt: 's', test: '{}' } } };
    expect(await account.keyOf(budget, 'session')).toEqual({ salt: 's', test: '{}' });
  });

  it.each([
    [{ data: { id: 'k', salt: 's', test: null } }, 'open it in Actual and set its encryption'],
    [{ status: 'error' }, 'did not say how the budget sealed is encrypted (HTTP 200)'],
  ])('that %j tells of is tried with nothing', async (body, sentence) => {
    answer = { body };
    await expect(account.keyOf(budget, 'session')).rejects.toThrow(sentence);
  });
});
