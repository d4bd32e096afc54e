import {
  create,
  fromBinary,
  SyncRequestSchema,
  SyncResponseSchema,
  toBinary,
} from '@actual-app/crdt';
import * as z from 'zod';
import { FailureError, failure } from '../domain/failures.ts';
import { jsonOf } from '../domain/json.ts';
import type { SyncPoint } from '../domain/snapshot.ts';
import { readClock, Trie } from './clock.ts';
import type { BudgetDatabase } from './database.ts';
import { EXTRACT_VERSION } from './extract.ts';
import { translate } from './failures.ts';
import { LIBRARY_VERSION } from './library.ts';
import { addressOf } from './login.ts';
import type { Network } from './network.ts';
import type { ServerSettings } from './session.ts';

/**
 * Whether a server has anything new, asked as Actual's devices ask it. They send what is theirs and the time of their
 * last sync to one call; the server answers with later changes and with its merkle trie over all changes. A device that
 * got no change and has the same root is in sync (`_fullSync` in src/server/sync/index.ts of @actual-app/core), and
 * so is a snapshot that such a device has left.
 */

/** What makes archives and extracts here. */
export const MADE_BY = `${LIBRARY_VERSION} ${EXTRACT_VERSION}`;

/** The snapshot that is asked about. */
export interface KnownSnapshot {
  /** Actual's sync id. */
  readonly budgetId: string;
  readonly cloudFileId: string;
  readonly syncPoint: SyncPoint;
}

/** The root over all changes that the open budget has; undefined where it does not say. */
export function readHash(database: BudgetDatabase): number | undefined {
  const clock = readClock(database);
  return clock === undefined ? undefined : rootOf(clock.merkle);
}

/** Whether a snapshot was made as one would be made now, and opened with what the budget would be opened with. */
export function isMadeAlike({ madeBy, secretVersion }: SyncPoint, settings: ServerSettings) {
  return madeBy === MADE_BY && secretVersion === settings.secretVersion;
}

/**
 * @returns true when the server says that it has nothing that the snapshot lacks; false when it has, and whenever its
 * answer says anything else: opening the budget shows what that is.
 * @throws FailureError when the server cannot be reached, or SESSION_EXPIRED when it does not take the token.
 */
export async function hasNothingNew(
  { fetch, exchanges }: Network,
  serverUrl: string,
  token: string,
  { budgetId, cloudFileId, syncPoint }: KnownSnapshot,
): Promise<boolean> {
  const { since, hash, keyId } = syncPoint;
  const question = create(SyncRequestSchema, {
    fileId: cloudFileId,
    groupId: budgetId,
    keyId: keyId ?? '',
    since: afterAllClocks(since),
  });
  try {
    const answer = await fetch(addressOf(serverUrl, '/sync/sync'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/actual-sync', 'X-ACTUAL-TOKEN': token },
      body: Buffer.from(toBinary(SyncRequestSchema, question)),
    });
    const content = new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 401) throw new FailureError(failure('SESSION_EXPIRED'));
    return answer.status === 200 && saysNothingNew(content, hash);
  } catch (error) {
    throw translate(error, exchanges());
  }
}

/** An id of a clock is 16 hexadecimal digits at the end of its timestamps, and no id is higher. */
const HIGHEST_CLOCK = 'f'.repeat(16);

/**
 * The last timestamp of that moment. A snapshot that made the last change itself has another clock the next time it is
 * opened, with a lower id as often as not: to the server, that change would be later. What others changed at that moment, the root shows.
 */
function afterAllClocks(since: string): string {
  return since.slice(0, -HIGHEST_CLOCK.length) + HIGHEST_CLOCK;
}

function saysNothingNew(content: Uint8Array, hash: number): boolean {
  const answer = answerOf(content);
  if (answer === undefined || answer.messages.length > 0) return false;
  const trie = Trie.safeParse(jsonOf(answer.merkle));
  return trie.success && rootOf(trie.data) === hash;
}

/** A trie without any change has no root. */
function rootOf({ hash }: z.infer<typeof Trie>): number {
  return hash ?? 0;
}

/** Looked at once more: the package's declarations lead nowhere, so that for the compiler its messages could be anything. */
const Answer = z.object({ messages: z.array(z.unknown()), merkle: z.string() });

function answerOf(content: Uint8Array): z.infer<typeof Answer> | undefined {
  try {
    return Answer.parse(fromBinary(SyncResponseSchema, content));
  } catch {
    return undefined;
  }
}
