import '../handlers/environment-variables.ts';

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { LINK_SECONDS } from '../../functions/handlers/download-snapshot.ts';
import {
  JobAndSteps,
  Problem,
  SuggestionList,
} from '../../functions/handlers/http/answer-schemas.ts';
import { SUGGESTION_IDS_MAX } from '../../functions/handlers/http/new-job-body.ts';
import { openApiDocument } from '../../functions/handlers/http/openapi.ts';
import { PROBLEMS } from '../../functions/handlers/http/problem.ts';
import { BODY_BYTES_MAX } from '../../functions/handlers/http/request.ts';
import { PAGE_SIZE, WAIT_SECONDS_MAX } from '../../functions/handlers/http/request-schemas.ts';
import { REVIEWS_MAX } from '../../functions/handlers/http/review-body.ts';
import { parseConfig } from '../../infra/config/config.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { API_PAGE, fencedIn, rowsOf, sectionsOf } from './markdown.ts';

/** The page that describes the calls says what the schemas say; that its calls work is tested end to end. */

const Operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
});
const operations = Object.entries(openApiDocument.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    call: `${method.toUpperCase()} ${path}`,
    parameters: Operation.parse(operation).parameters,
  })),
);
const { throttle } = parseConfig({}).api;
const sections = sectionsOf(API_PAGE);

/** Names of the properties of every object of a schema, those that its parts refer to left out. */
function propertiesOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === 'properties' ? Object.keys(value) : []),
    ...propertiesOf(value),
  ]);
}

describe('the page of the API', () => {
  it.each(operations)('has $call with all its parameters', ({ call, parameters }) => {
    const section = sections.get(`\`${call}\``);
    expect(section).toBeDefined();
    for (const { name, in: place } of parameters) {
      if (place !== 'path') expect(section).toContain(`\`${name}\``);
    }
    expect(fencedIn(section ?? '', 'sh')).not.toEqual([]);
  });

  it.each(JOB_TYPES)('has %s', (type) => {
    expect(sections.get(`\`${type}\``)).toBeDefined();
  });

  it('names every field that a body may have', () => {
    const bodies = JSON.stringify(openApiDocument.components?.schemas ?? {});
    const asked = Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(bodies)))
      .filter(([name]) => name.startsWith('New') || name.startsWith('Review'))
      .filter(([name]) => name !== 'ReviewOutcomes')
      .flatMap(([, schema]) => propertiesOf(schema));
    expect(asked).toContain('minConfidence');
    expect(asked).toContain('payeeName');
    for (const name of asked) expect(API_PAGE).toContain(`\`${name}\``);
  });

  it.each(Object.entries(PROBLEMS))('says what to do about %s', (kind, { status }) => {
    expect(API_PAGE).toContain(`| \`${kind}\` | ${status} | `);
  });

  it.each([
    [
      'requests of all callers together',
      `${throttle.requestsPerSecond} a second, ${throttle.burst} at once; configurable`,
    ],
    ['time for an answer', `${HANDLERS.getJob.timeoutSeconds} seconds`],
    ['body', `${BODY_BYTES_MAX / 1024} KB`],
    ['`limit`, items a page', `1 to 100, ${PAGE_SIZE} unless given`],
    ['`wait`', `${WAIT_SECONDS_MAX} seconds`],
    ['`decisions` at once', `${REVIEWS_MAX}`],
    ['`suggestionIds` of a job', `${SUGGESTION_IDS_MAX}`],
    ['link to the file of a snapshot', `${LINK_SECONDS / 60} minutes`],
  ])('tells the limit of %s', (what, limit) => {
    expect(rowsOf(API_PAGE).get(what)?.[0]).toBe(limit);
  });

  it('shows answers as they are', () => {
    const [job, suggestions, problem] = fencedIn(API_PAGE, 'json').map((text) => JSON.parse(text));
    JobAndSteps.parse(job);
    SuggestionList.parse(suggestions);
    Problem.parse(problem);
  });
});
