import { arePackagesInstalled } from '../installed-packages.mjs';

/** Entry of `npm start`. Plain JavaScript, so that any Node can read it far enough to say what is missing. */

/** From here on Node has `tls.setDefaultCACertificates`. */
const NODE = '24.5.0';
/** From here on SQLite loads as it comes with Actual's library (better-sqlite3 13.2.0); macOS has none. */
const GLIBC = '2.34';
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const platform = `${process.platform}-${process.arch}`;
const { glibcVersionRuntime: glibc = GLIBC } = Object(process.report.getReport()).header;

if (!PLATFORMS.includes(platform)) {
  refuse(`actual-jobs runs on ${PLATFORMS.join(', ')}; this machine is ${platform}.`);
} else if (isOlder(process.versions.node, NODE)) {
  refuse(
    `actual-jobs needs Node ${NODE} and this is ${process.versions.node}: run \`npm ci\`, which brings it along, and then \`npm start\`.`,
  );
} else if (isOlder(glibc, GLIBC)) {
  refuse(
    `actual-jobs needs glibc ${GLIBC}, as Debian 12, Ubuntu 22.04 and RHEL 9 have it, and this machine has ${glibc}: upgrade its system.`,
  );
} else if (!arePackagesInstalled()) {
  refuse(
    'The packages that are installed are not those of this version: run `npm ci`, and then `npm start`.',
  );
} else {
  await import('./start/main.ts');
}

/**
 * @param {string} version
 * @param {string} needed
 */
function isOlder(version, needed) {
  return version.localeCompare(needed, 'en', { numeric: true }) < 0;
}

/** @param {string} sentence */
function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
