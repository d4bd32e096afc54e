import * as z from 'zod';
import { PASSWORD } from './actual-server.ts';

/** Calls of the Actual server that no device makes by itself in the order a test wants. */

const LoggedIn = z.object({ data: z.object({ token: z.string() }) });
const Files = z.object({
  data: z.array(z.object({ fileId: z.string(), groupId: z.string().nullable() })),
});

/** @returns a session token. */
export async function logIn(serverUrl: string): Promise<string> {
  const answer = await postJson(`${serverUrl}/account/login`, login(PASSWORD));
  return LoggedIn.parse(await answer.json()).data.token;
}

/** Tries a wrong password as often as the server lets anybody: it lets nobody in for 15 minutes then. */
export async function useUpLogins(serverUrl: string): Promise<void> {
  for (let time = 0; time < 5; time += 1) {
    await postJson(`${serverUrl}/account/login`, login('wrong'));
  }
}

/** Asks until the server answers nobody for the rest of the minute. */
export async function useUpRequests(serverUrl: string): Promise<void> {
  const ask = async () => {
    // One that is kept may be closed at its other end just when it is used again.
    const answer = await fetch(`${serverUrl}/health`, { headers: { connection: 'close' } });
    await answer.text();
    return answer.status;
  };
  // Some at a time: each is a file that is open here, of which some systems allow 256.
  while (!(await Promise.all(Array.from({ length: 50 }, ask))).includes(429));
}

/** @returns the server's own id of the file that a sync id belongs to now. */
export async function cloudFileOf(
  serverUrl: string,
  token: string,
  syncId: string,
): Promise<string> {
  const headers = { 'X-ACTUAL-TOKEN': token };
  const answer = await fetch(`${serverUrl}/sync/list-user-files`, { headers });
  const file = Files.parse(await answer.json()).data.find(({ groupId }) => groupId === syncId);
  if (file === undefined) throw new Error('The server has no such budget');
  return file.fileId;
}

/** A call with a session token, which the server has to like. */
export async function order(
  serverUrl: string,
  token: string,
  path: string,
  body: object,
): Promise<void> {
  const answer = await postJson(`${serverUrl}${path}`, body, { 'X-ACTUAL-TOKEN': token });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
}

const login = (password: string) => ({ loginMethod: 'password', password });

function postJson(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const all = { 'Content-Type': 'application/json', ...headers };
  return fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
}
