import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What tests read of the pages for users. */

const REPOSITORY = join(import.meta.dirname, '../..');

const page = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8');

export const API_PAGE = page('docs/api.md');
export const ACCESS_PAGE = page('docs/access.md');
export const CLI_PAGE = page('docs/cli.md');
export const README = page('README.md');
export const CONFIGURATION_PAGE = page('docs/configuration.md');
export const REFERENCE_PAGE = page('docs/reference.md');
export const FAILURES_PAGE = page('docs/failures.md');
export const HOUSEHOLD_PAGE = page('docs/household.md');
export const MODEL_PAGE = page('docs/model.md');
export const OPERATING_PAGE = page('docs/operating.md');
export const RETENTION_PAGE = page('docs/retention.md');
export const DEPLOY_PAGE = page('docs/deploy.md');
export const SCHEDULES_PAGE = page('docs/schedules.md');
export const COSTS_PAGE = page('docs/costs.md');
export const RUNBOOK_PAGE = page('docs/runbook.md');
export const WATCHING_PAGE = page('docs/watching.md');
export const DEPENDENCIES_PAGE = page('docs/dependencies.md');
export const MAP_PAGE = page('docs/map.md');
export const CONTRIBUTING_PAGE = page('CONTRIBUTING.md');
export const CHANGELOG = page('CHANGELOG.md');
export const FIRST_CHANGE_PAGE = page('docs/first-change.md');

/** Code of one language, as it is written, in order. */
export function fencedIn(markdown: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm');
  return [...markdown.matchAll(fence)].map(([, code = '']) => code);
}

/** Text of each section by its heading, up to the next heading of any level. */
export function sectionsOf(markdown: string): ReadonlyMap<string, string> {
  const parts = markdown.split(/^#{1,4} /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end)];
    }),
  );
}

/** Rows of all tables by their first cell; the other cells as they are written. */
export function rowsOf(markdown: string): ReadonlyMap<string, readonly string[]> {
  const rows = [...markdown.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split(' | '));
  return new Map(rows.map(([name = '', ...cells]) => [name, cells]));
}
