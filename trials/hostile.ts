import { randomInt } from 'node:crypto';
import { attack } from './hostile/attack.ts';
import { startLocalTarget } from './hostile/local-target.ts';
import { reportText } from './hostile/report.ts';
import { runTrial } from './trial.ts';

/** `npm run hostile`: hostile requests against the whole product on this machine; exit code 1 when one does harm. */

const DEFAULTS = { requests: 100_000, seed: randomInt(2 ** 31) };

await runTrial(DEFAULTS, async ({ requests, seed }) => {
  const target = await startLocalTarget();
  try {
    console.log(`Sending ${requests} requests, seed ${seed} …`);
    const tell = (sent: number) => console.log(`${sent} sent`);
    const report = await attack(target, { requests, seed, tell });
    console.log(reportText(report));
    return report.violations.length === 0;
  } finally {
    await target.close();
  }
});
