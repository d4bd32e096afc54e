import { randomInt } from 'node:crypto';
import { attack } from './hostile/attack.ts';
import { startLocalTarget } from './hostile/local-target.ts';
import { reportText } from './hostile/report.ts';
import { wholeNumbers } from './options.ts';

/** `npm run hostile`: hostile requests against the whole product on this machine; exit code 1 when one does harm. */

const REQUESTS = 100_000;

try {
  const { requests, seed } = wholeNumbers(process.argv.slice(2), {
    requests: REQUESTS,
    seed: randomInt(2 ** 31),
  });
  const target = await startLocalTarget();
  try {
    console.log(`Sending ${requests} requests, seed ${seed} …`);
    const report = await attack(target, { requests, seed });
    console.log(reportText(report));
    if (report.violations.length > 0) process.exitCode = 1;
  } finally {
    await target.close();
  }
} catch (error) {
  console.error(error instanceof RangeError ? error.message : error);
  process.exitCode = 1;
}
