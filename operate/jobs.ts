import { printableJson } from '../client/printable.ts';
import { widthOf } from '../client/terminal-table.ts';
import { budgetMeant, openApi } from './api.ts';
import { run } from './jobs-commands.ts';
import { HELP } from './jobs-help.ts';
import { JOBS_OPTIONS, parseJobsOptions } from './jobs-options.ts';
import type { JobsOptions } from './jobs-order.ts';
import { isLost } from './lost-answer.ts';
import { refuseWhatNpmTook } from './options.ts';
import { wordingOf } from './wording.ts';

/**
 * `npm run jobs`: jobs and suggestions at a terminal, on AWS or on this machine. Exit code 0 when all went well, 1 when a
 * job that it waited for failed or was canceled, a decision was not taken, or it broke off after it had, or may have, made a job or
 * taken decisions, 2 when nothing could be done.
 */

let isUnderWay = false;
let lastAskedForChange = false;
try {
  refuseWhatNpmTook('jobs', JOBS_OPTIONS, process.argv.slice(2), process.env);
  // npm starts us in the package's folder, and says from where it was called.
  const options = parseJobsOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options === undefined) console.log(HELP);
  else await work(options);
} catch (error) {
  console.error(wordingOf(error));
  const mayBeDone = lastAskedForChange && isLost(error);
  if (mayBeDone) {
    console.error(
      'The answer was lost, so what was asked for may have been done: look with list or suggestions.',
    );
  }
  process.exitCode = isUnderWay || mayBeDone ? 1 : 2;
}

async function work({ command, target, budget, json }: JobsOptions): Promise<void> {
  const api = await openApi(target);
  api.use({
    onRequest({ request }) {
      lastAskedForChange = request.method !== 'GET';
    },
  });
  const { document, lines, failed } = await run(command, {
    api,
    budget: () => budgetMeant(budget, target.data),
    width: widthOf(process.stdout),
    note: (text) => {
      isUnderWay = true;
      console.error(text);
    },
  });
  console.log(json ? printableJson(document) : lines.join('\n'));
  if (failed) process.exitCode = 1;
}
