import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ResolvedStack, RunningPart } from './contract.ts';
import { openKeptDatabase } from './kept-database.ts';

/** The stack's queues, kept on disk, with SQS's rules about who sees a message when. */

export interface QueuesOptions {
  readonly stack: ResolvedStack;
  readonly file: string;
}

/** A message as a receiver gets it; it is hidden from others until its time is over or it is deleted. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Names this receipt; the message is deleted by it. */
  readonly receipt: string;
}

export interface QueueCounts {
  readonly visible: number;
  readonly hidden: number;
}

const DEFAULT_RETENTION_SECONDS = 345_600;

const TABLE = `
  CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL,
    sent INTEGER NOT NULL, visible INTEGER NOT NULL, receipt TEXT
  )`;

export class Queues implements RunningPart {
  private readonly database: DatabaseSync;
  /** Milliseconds that a queue keeps its messages, by the queue's name. */
  private readonly retention: ReadonlyMap<string, number>;

  constructor({ stack, file }: QueuesOptions) {
    const queues = stack.resources.filter(({ type }) => type === 'AWS::SQS::Queue');
    this.retention = new Map(
      queues.map(({ arn, properties }) => [
        nameIn(arn),
        Number(properties.MessageRetentionPeriod ?? DEFAULT_RETENTION_SECONDS) * 1000,
      ]),
    );
    this.database = openKeptDatabase(file, TABLE);
  }

  /**
   * @param queue ARN or URL.
   * @returns the message's id.
   * @throws UnknownQueueError
   */
  send(queue: string, body: string): string {
    const id = randomUUID();
    const now = Date.now();
    this.database
      .prepare('INSERT INTO messages (id, queue, body, sent, visible) VALUES (?, ?, ?, ?, ?)')
      .run(id, this.known(queue), body, now, now);
    return id;
  }

  receive(
    queue: string,
    { most, hiddenSeconds }: { readonly most: number; readonly hiddenSeconds: number },
  ): readonly ReceivedMessage[] {
    const name = this.known(queue);
    const now = Date.now();
    this.removeOld(name, now);
    const found = this.database
      .prepare(
        'SELECT id, body FROM messages WHERE queue = ? AND visible <= ? ORDER BY sent, rowid LIMIT ?',
      )
      .all(name, now, most);
    const hide = this.database.prepare('UPDATE messages SET receipt = ?, visible = ? WHERE id = ?');
    return found.map(({ id, body }) => {
      const receipt = randomUUID();
      hide.run(receipt, now + hiddenSeconds * 1000, String(id));
      return { id: String(id), body: String(body), receipt };
    });
  }

  /** A message that is gone already is no error. */
  delete(queue: string, receipt: string): void {
    this.database
      .prepare('DELETE FROM messages WHERE queue = ? AND receipt = ?')
      .run(this.known(queue), receipt);
  }

  /** @param seconds from now on; 0 shows the message to everybody at once. */
  hide(queue: string, receipt: string, seconds: number): void {
    this.database
      .prepare('UPDATE messages SET visible = ? WHERE queue = ? AND receipt = ?')
      .run(Date.now() + seconds * 1000, this.known(queue), receipt);
  }

  counts(queue: string): QueueCounts {
    const name = this.known(queue);
    const now = Date.now();
    this.removeOld(name, now);
    const row = this.database
      .prepare(
        'SELECT count(*) FILTER (WHERE visible <= ?1) AS visible, count(*) FILTER (WHERE visible > ?1) AS hidden FROM messages WHERE queue = ?2',
      )
      .get(now, name);
    return { visible: Number(row?.visible ?? 0), hidden: Number(row?.hidden ?? 0) };
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private removeOld(name: string, now: number): void {
    const oldest = now - (this.retention.get(name) ?? 0);
    this.database.prepare('DELETE FROM messages WHERE queue = ? AND sent < ?').run(name, oldest);
  }

  private known(queue: string): string {
    const name = nameIn(queue);
    if (!this.retention.has(name)) throw new UnknownQueueError(name);
    return name;
  }
}

/** A queue that the stack does not have. */
export class UnknownQueueError extends Error {
  override readonly name = 'UnknownQueue';

  constructor(queue: string) {
    super(`The stack has no queue ${queue}.`);
  }
}

/** The last part of an ARN or a URL. */
function nameIn(queue: string): string {
  return queue.split(/[:/]/).at(-1) ?? '';
}
