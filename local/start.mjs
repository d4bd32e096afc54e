import { arePackagesInstalled } from '../installed-packages.mjs';

/** Entry of `npm start`. Plain JavaScript, so that any Node can read it far enough to say what is missing. */

/** From here on Node has `tls.setDefaultCACertificates`. */
const NODE = '24.5.0';
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const platform = `${process.platform}-${process.arch}`;

if (!PLATFORMS.includes(platform)) {
  refuse(`actual-jobs runs on ${PLATFORMS.join(', ')}; this machine is ${platform}.`);
} else if (process.versions.node.localeCompare(NODE, 'en', { numeric: true }) < 0) {
  refuse(
    `actual-jobs needs Node ${NODE} and this is ${process.versions.node}: run \`npm ci\`, which brings it along, and then \`npm start\`.`,
  );
} else if (!arePackagesInstalled()) {
  refuse(
    'The packages that are installed are not those of this version: run `npm ci`, and then `npm start`.',
  );
} else {
  await import('./start/main.ts');
}

/** @param {string} sentence */
function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
