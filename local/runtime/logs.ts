import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { RunningPart } from './contract.ts';

/** What the functions print: one file a function, readable by its owner alone. */
export class Logs implements RunningPart {
  private readonly folder: string;
  private readonly files = new Map<string, WriteStream>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  write(name: string, line: string): void {
    const file =
      this.files.get(name) ??
      createWriteStream(join(this.folder, `${name}.log`), { flags: 'a', mode: 0o600 });
    this.files.set(name, file);
    file.write(`${line}\n`);
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.files.values()].map((file) => new Promise((resolve) => file.end(resolve))),
    );
  }
}
