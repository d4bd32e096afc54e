import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { optionsOf } from '../../run/options.ts';
import { PLANTED } from './bugs.ts';

/** `npm run simulate:planted -- [--only TEXT]`: the simulation has to find each planted bug. Exit 1 when it does not. */

const USAGE = 'npm run simulate:planted -- [--only TEXT]';
const SEEDS = 10_000;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const { values } = optionsOf(USAGE, { options: { only: { type: 'string', default: '' } } });
const chosen = PLANTED.filter(({ name }) => name.includes(values.only));

let missed = 0;
for (const { name } of chosen) {
  const args = ['--import', here('./plant.ts'), here('../run.ts')];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...args, '--seeds', String(SEEDS), '--until-violation'],
    { env: { ...process.env, PLANTED_BUG: name }, encoding: 'utf8' },
  );
  const found = /^seed \d+: .*$/m.exec(stdout)?.[0];
  if (status !== 1 || found === undefined) {
    missed += 1;
    console.log(`MISSED  ${name}\n${stderr}`);
  } else {
    console.log(`found   ${name}\n          ${found}`);
  }
}
console.log(`${chosen.length - missed} of ${chosen.length} planted bugs found`);
if (missed > 0 || chosen.length === 0) process.exitCode = 1;
