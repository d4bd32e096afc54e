/**
 * The inside of `loading.ts`: plain JavaScript, so that the process does nothing but load what is measured. It is imported, as Lambda's
 * runtime for Node 24 does with a `.cjs` too.
 */

const { writeSync } = require('node:fs');
const { flushCompileCache } = require('node:module');
const { pathToFileURL } = require('node:url');

const [, , file = ''] = process.argv;
import(pathToFileURL(file).href).then(({ handler }) => {
  if (typeof handler !== 'function') throw new Error('There is no handler in it');
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(1, `${(userCPUTime + systemCPUTime) / 1000} ${maxRSS / 1024}\n`);
  // After what is measured, as it is for the next process.
  flushCompileCache();
  process.exit(0);
});
