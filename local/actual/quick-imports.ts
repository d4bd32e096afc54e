import { registerHooks } from 'node:module';

/**
 * Loaded before the Actual server. To know how a file is written, Node parses the package.json of its package, for each
 * file again; date-fns has one of 200 kB and 300 files, which is two thirds of what the server's start computes. All of
 * its files that an import names are ES modules.
 */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '', conditions } = context;
    const among = parentURL.includes('/node_modules/date-fns/') && specifier.startsWith('.');
    if (!among || !conditions.includes('import')) return next(specifier, context);
    return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
  },
});
