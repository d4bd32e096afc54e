import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Queues for what could not be delivered: one file a queue, one JSON document a line. */
export class DeadLetters {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  put(queueArn: string, letter: unknown): void {
    const name = queueArn.split(':').at(-1) ?? 'queue';
    const line = JSON.stringify({ at: new Date().toISOString(), letter });
    appendFileSync(join(this.folder, `${name}.jsonl`), `${line}\n`, { mode: 0o600 });
  }
}
