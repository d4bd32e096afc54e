/** The inside of `loading.ts`: plain JavaScript, so that the process does nothing but load what is measured. */

import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';

const { handler } = await import(process.argv[2] ?? '');
if (typeof handler !== 'function') throw new Error('There is no handler in it');

const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
writeSync(1, `${(userCPUTime + systemCPUTime) / 1000} ${maxRSS / 1024}\n`);
// After what is measured, as it is for the next process.
flushCompileCache();
process.exit(0);
