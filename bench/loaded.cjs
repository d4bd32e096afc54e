/**
 * The inside of `loading.ts`: plain JavaScript, so that the process does nothing but load what is measured: a `.cjs` is required, a
 * `.mjs` imported. Lambda's runtime for Node 24 imports both, which takes some hundredths of a second more.
 */

const { writeSync } = require('node:fs');
const { flushCompileCache } = require('node:module');
const { pathToFileURL } = require('node:url');

const [, , file = ''] = process.argv;
if (file.endsWith('.mjs')) import(pathToFileURL(file).href).then(loaded);
else loaded(require(file));

function loaded({ handler }) {
  if (typeof handler !== 'function') throw new Error('There is no handler in it');
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(1, `${(userCPUTime + systemCPUTime) / 1000} ${maxRSS / 1024}\n`);
  // After what is measured, as it is for the next process.
  flushCompileCache();
  process.exit(0);
}
