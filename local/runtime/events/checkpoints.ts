import * as z from 'zod';
import { readWhole, writeWhole } from '../whole-file.ts';

/** How far each shard of a stream was worked through, or each schedule; kept on disk between starts. */
export class Checkpoints {
  private readonly file: string;
  private readonly positions: Map<string, string>;

  /**
   * @param needed what each position is, where none may be lost. Without those of streams, which are read from their beginning
   * then, no harm is done: a damaged file counts as none.
   * @throws DataFolderError when the file is damaged whose positions are needed.
   */
  constructor(file: string, needed?: z.ZodType<string>) {
    this.file = file;
    this.positions = new Map(Object.entries(read(file, needed)));
  }

  get(key: string): string | undefined {
    return this.positions.get(key);
  }

  set(key: string, position: string): void {
    this.positions.set(key, position);
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

function read(file: string, needed?: z.ZodType<string>): Readonly<Record<string, string>> {
  const positions = z.record(z.string(), needed ?? z.string().min(1));
  const damaged = `The file ${file} cannot be read, or is damaged: put it back from a backup, or remove it, and no time that a schedule has missed is made up for.`;
  try {
    return readWhole(file, positions, damaged) ?? {};
  } catch (error) {
    if (needed === undefined) return {};
    throw error;
  }
}
