import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RunningPart } from './contract.ts';
import { hasNoRoom, isDiskFull } from './full-disk.ts';

/** Once a file is this large it is set aside, in place of the one set aside before it. */
const LARGEST_BYTES = 10 * 1024 * 1024;

export interface LogsOptions {
  /** When a file is set aside. */
  readonly largestBytes?: number;
  /** Told of each line that a full disk did not take. */
  readonly onDiskFull?: (() => void) | undefined;
}

interface Log {
  readonly descriptor: number;
  bytes: number;
}

/** What the functions print: one file a function, readable by its owner alone. */
export class Logs implements RunningPart {
  private readonly folder: string;
  private readonly largest: number;
  private readonly onDiskFull: (() => void) | undefined;
  private readonly files = new Map<string, Log>();

  constructor(folder: string, { largestBytes = LARGEST_BYTES, onDiskFull }: LogsOptions = {}) {
    this.folder = folder;
    this.largest = largestBytes;
    this.onDiskFull = onDiskFull;
    this.makeFolder();
  }

  /** A line that there is no room for, or no open file, is left out: it is to end neither the function nor the whole stack. */
  write(name: string, line: string): void {
    try {
      this.append(name, line);
    } catch (error) {
      if (!hasNoRoom(error)) throw error;
      if (isDiskFull(error)) this.onDiskFull?.();
    }
  }

  async close(): Promise<void> {
    for (const [name, file] of this.files) this.end(name, file);
  }

  private append(name: string, line: string): void {
    const file = this.fileOf(name);
    file.bytes += writeSync(file.descriptor, `${line}\n`);
    if (file.bytes < this.largest) return;
    this.end(name, file);
    renameSync(this.pathOf(name), `${this.pathOf(name)}.1`);
  }

  /** What is written into a file that somebody has removed to make room, nobody can read, and it cannot be set aside. */
  private fileOf(name: string): Log {
    const file = this.files.get(name);
    if (file === undefined) return this.open(name);
    if (existsSync(this.pathOf(name))) return file;
    this.end(name, file);
    return this.open(name);
  }

  private open(name: string): Log {
    this.makeFolder();
    const descriptor = openSync(this.pathOf(name), 'a', 0o600);
    const file = { descriptor, bytes: fstatSync(descriptor).size };
    this.files.set(name, file);
    return file;
  }

  private makeFolder(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  private end(name: string, { descriptor }: Log): void {
    this.files.delete(name);
    closeSync(descriptor);
  }

  private pathOf(name: string): string {
    return join(this.folder, `${name}.log`);
  }
}
