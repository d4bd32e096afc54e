import { existsSync, readFileSync } from 'node:fs';

/**
 * Whether npm has installed what the lock file names; who installed by other means is taken at their word. Plain JavaScript
 * without a package, as `npm start` asks before it knows what it runs on.
 */
export function arePackagesInstalled() {
  const wanted = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return true;
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer }]) => {
    const there = installed[path];
    const mayLack = path === '' || dev || optional || devOptional || peer;
    return there === undefined ? mayLack : there.version === version;
  });
}

/** @param {string} path */
function packagesIn(path) {
  const file = new URL(path, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}
