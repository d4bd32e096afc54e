import { vi } from 'vitest';

type Line = Readonly<Record<string, unknown>>;

/** What a function printed. */
export interface Printed {
  /** Its lines as JSON. */
  lines(): readonly Line[];
  /** All of it, to look for what must be in it, or must not. */
  text(): string;
  last(): Line;
  /** What came until now no longer counts. */
  forget(): void;
}

/** Keeps what is printed from now on, until mocks are restored, and lets nothing of it through. */
export function keepPrinted(): Printed {
  let texts: string[] = [];
  const keep = (text: unknown) => {
    texts.push(String(text));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  return {
    lines: () => texts.map((line) => JSON.parse(line)),
    text: () => texts.join(''),
    last: () => JSON.parse(texts.at(-1) ?? ''),
    forget: () => {
      texts = [];
    },
  };
}
