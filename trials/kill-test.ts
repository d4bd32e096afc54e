import { randomInt } from 'node:crypto';
import { killTrial } from './kill/kill-trial.ts';
import { outcomeText } from './kill/report.ts';
import { runTrial } from './trial.ts';

/** `npm run kill-test`: the local stack killed at random moments under load; exit code 1 when a job is lost or runs twice. */

const BUDGETS = 5;
const CALLERS = 4;
const DEFAULTS = { kills: 100, seed: randomInt(2 ** 31 - CALLERS) };

await runTrial(DEFAULTS, async ({ kills, seed }) => {
  const trial = { kills, seed, budgets: BUDGETS, callers: CALLERS };
  const outcome = await killTrial(trial, (line) => console.log(line));
  console.log(outcomeText(outcome));
  return outcome.faults.length === 0;
});
