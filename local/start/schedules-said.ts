import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { WrittenConfig } from './household-config.ts';

/** What an assembly says of its constructs, by their paths: warnings among it. */
const Metadata = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), data: z.unknown().optional() })),
);

/** As the synthesis words it, before the name by which CDK has it acknowledged. */
const OF_A_SCHEDULE = /^(schedules\.\d+\.\w+): (.+?)(?: \[ack: \S+\])?$/;

/**
 * What is said at a start of what goes on by itself. A schedule that makes no job, as one whose times are over, is told as such: here
 * nobody sees what the synthesis warns of.
 *
 * @param assembly folder of the stack that was synthesized with the configuration.
 */
export function schedulesSaid(
  { schedule, ownSchedules }: Pick<WrittenConfig, 'schedule' | 'ownSchedules'>,
  assembly: string,
): string {
  const warnings = warningsIn(assembly).flatMap((warning) => {
    const [, field, problem] = OF_A_SCHEDULE.exec(warning) ?? [];
    if (problem === undefined) return [];
    return [ownSchedules ? `${field}: ${problem}` : `--schedule ${problem}`];
  });
  if (warnings.length === 0) return schedule;
  // By an option all budgets have the same one.
  return [...(ownSchedules ? [schedule] : []), ...new Set(warnings)].join('\n');
}

function warningsIn(assembly: string): readonly string[] {
  return globSync('*.metadata.json', { cwd: assembly })
    .flatMap((file) =>
      Object.values(Metadata.parse(JSON.parse(readFileSync(join(assembly, file), 'utf8')))).flat(),
    )
    .flatMap(({ type, data }) =>
      type === 'aws:cdk:warning' && typeof data === 'string' ? [data] : [],
    );
}
