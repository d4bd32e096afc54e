import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { Report } from './report.ts';

/** The committed run that others are compared with, and that docs/performance.md is made from. */

const FILE = join(import.meta.dirname, '../baseline.json');

const Baseline = z.strictObject({
  /** One may be recorded without the others: each says when and where it was. */
  reports: z.array(
    Report.extend({
      recorded: z.strictObject({
        /** `YYYY-MM-DD`. */
        day: z.string(),
        node: z.string(),
        platform: z.string(),
        cores: z.int(),
      }),
    }),
  ),
});
export type Baseline = z.infer<typeof Baseline>;

/** @throws ZodError for a file that no recording has written. */
export function readBaseline(): Baseline {
  if (!existsSync(FILE)) return { reports: [] };
  return Baseline.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

/** Puts reports in the place of those of the same names, in the order of `names`; others stay as they were recorded. */
export function record(reports: readonly Report[], names: readonly string[]): void {
  const recorded = thisMachine();
  const now = reports.map((report) => ({ ...report, recorded }));
  const found = new Map([...readBaseline().reports, ...now].map((each) => [each.name, each]));
  const inOrder = names.flatMap((name) => found.get(name) ?? []);
  writeFileSync(FILE, `${JSON.stringify({ reports: inOrder }, null, 1)}\n`);
}

function thisMachine(): Baseline['reports'][number]['recorded'] {
  return {
    day: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
  };
}
