import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { DataFolderError } from '../contract.ts';
import { writeWhole } from '../whole-file.ts';

/** Sequence numbers of a stream, unless told otherwise. */
const Position = z.string().min(1);

/** How far each shard of a stream was worked through, or each schedule; kept on disk between starts. */
export class Checkpoints {
  private readonly file: string;
  private readonly positions: Map<string, string>;

  /** @throws DataFolderError when the file is there and is not what was kept. */
  constructor(file: string, position: z.ZodType<string> = Position) {
    this.file = file;
    this.positions = new Map(Object.entries(read(file, position)));
  }

  get(key: string): string | undefined {
    return this.positions.get(key);
  }

  set(key: string, sequenceNumber: string): void {
    this.positions.set(key, sequenceNumber);
    this.save();
  }

  /** Forgets the others, if there are any. */
  keepOnly(keys: ReadonlySet<string>): void {
    const others = [...this.positions.keys()].filter((key) => !keys.has(key));
    if (others.length === 0) return;
    for (const key of others) this.positions.delete(key);
    this.save();
  }

  private save(): void {
    writeWhole(this.file, JSON.stringify(Object.fromEntries(this.positions)));
  }
}

/** Where there is no file yet, a stream is read from its beginning, and a schedule has missed nothing. */
function read(file: string, position: z.ZodType<string>): Readonly<Record<string, string>> {
  try {
    return z.record(z.string(), position).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new DataFolderError(
      `The file ${file} cannot be read, or is damaged: put it back from a backup, or remove it. What is done without it is in docs/household.md.`,
    );
  }
}
