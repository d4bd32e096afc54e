/**
 * `npm run docs`: writes every page that is made of others, one after the other. With `--check` nothing is written, and each that
 * is not up to date is named; the code is 1 then.
 */

import './generate-failures.ts';
import './generate-dependencies.ts';
import './generate-configuration.ts';
import './generate-reference.ts';
import '../bench/generate-page.ts';
