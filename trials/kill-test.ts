import { randomInt } from 'node:crypto';
import { killTrial } from './kill/kill-trial.ts';
import { outcomeText } from './kill/report.ts';
import { wholeNumbers } from './options.ts';

/** `npm run kill-test`: the local stack killed at random moments under load; exit code 1 when a job is lost or runs twice. */

const KILLS = 100;
const BUDGETS = 5;
const CALLERS = 4;

try {
  const { kills, seed } = wholeNumbers(process.argv.slice(2), {
    kills: KILLS,
    seed: randomInt(2 ** 31 - CALLERS),
  });
  const trial = { kills, seed, budgets: BUDGETS, callers: CALLERS };
  const outcome = await killTrial(trial, (line) => console.log(line));
  console.log(outcomeText(outcome));
  if (outcome.faults.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof RangeError ? error.message : error);
  process.exitCode = 1;
}
