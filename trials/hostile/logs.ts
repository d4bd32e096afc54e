import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trace } from './canaries.ts';

/** Reads on in the functions' logs. */

const SET_ASIDE = '.1';

export class LogReader {
  private readonly folder: string;
  /** Bytes read so far, by file. */
  private readonly read = new Map<string, number>();

  /** @param folder with a file for each function, as the local stack writes them. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** A trace for each line that came since the last call. */
  async newLines(): Promise<readonly Trace[]> {
    const files = (await readdir(this.folder)).filter((file) => !file.endsWith(SET_ASIDE));
    const texts = await Promise.all(
      files.map(async (name) => ({ name, text: await this.newText(name) })),
    );
    return texts.flatMap(({ name, text }) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Trace => ({ in: 'log', name, text: line })),
    );
  }

  private async newText(name: string): Promise<string> {
    const before = this.read.get(name) ?? 0;
    const { text, size } = await this.textFrom(name, before);
    if (size >= before) {
      this.read.set(name, before + Buffer.byteLength(text));
      return text;
    }
    // It was set aside at its largest, and another one begun.
    const rest = await this.textFrom(name + SET_ASIDE, before);
    const fresh = await this.textFrom(name, 0);
    this.read.set(name, Buffer.byteLength(fresh.text));
    return rest.text + fresh.text;
  }

  /** Up to the last whole line. */
  private async textFrom(
    name: string,
    start: number,
  ): Promise<{ readonly text: string; readonly size: number }> {
    const file = await open(join(this.folder, name));
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, size - start));
      await file.read(bytes, 0, bytes.length, start);
      return { text: bytes.toString('utf8', 0, bytes.lastIndexOf('\n') + 1), size };
    } finally {
      await file.close();
    }
  }
}
