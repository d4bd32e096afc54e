import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { writeWhole } from '../whole-file.ts';

const Positions = z.record(z.string(), z.string().min(1));

/** How far each shard of a stream was worked through; kept on disk between starts. */
export class Checkpoints {
  private readonly file: string;
  private readonly positions: Map<string, string>;

  constructor(file: string) {
    this.file = file;
    this.positions = new Map(Object.entries(read(file)));
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

/** Without positions a stream is read from its beginning, which does no harm. */
function read(file: string): z.infer<typeof Positions> {
  try {
    return Positions.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
