import { vi } from 'vitest';

/** What a function printed. */
export interface Printed {
  lines(): readonly string[];
  /** All of it, to look for what must be in it, or must not. */
  text(): string;
  /** The last line as JSON. */
  last(): unknown;
  /** What came until now no longer counts. */
  forget(): void;
}

/** Keeps what is printed from now on, until mocks are restored, and lets nothing of it through. */
export function keepPrinted(): Printed {
  let lines: string[] = [];
  const keep = (text: unknown) => {
    lines.push(String(text));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  return {
    lines: () => lines,
    text: () => lines.join(''),
    last: () => JSON.parse(lines.at(-1) ?? ''),
    forget: () => {
      lines = [];
    },
  };
}
