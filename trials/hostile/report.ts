import Table from 'cli-table3';
import type { Report, Violation } from './attack.ts';
import type { HostileRequest } from './requests.ts';

/** What an attack came to, for people. */

const SHOWN_CHARACTERS = 2_000;

export function reportText(report: Report): string {
  const { seed, requests, seconds, answers, violations } = report;
  const rate = Math.round(requests / seconds);
  return [
    tableOf(answers),
    `${requests} requests in ${seconds.toFixed(0)} s (${rate} a second), seed ${seed}: ${violations.length} violations`,
    ...violations.map((violation) => violationText(violation, report)),
  ].join('\n');
}

/** A row for each operation, a column for each status. */
function tableOf(answers: Report['answers']): string {
  const statuses = [...new Set([...answers.values()].flatMap((counts) => [...counts.keys()]))];
  statuses.sort((a, b) => a - b);
  const table = new Table({
    head: ['meant for', ...statuses.map(String)],
    style: { head: [], border: [] },
  });
  for (const [operation, counts] of [...answers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    table.push([operation, ...statuses.map((status) => counts.get(status) ?? '')]);
  }
  return table.toString();
}

function violationText({ fault, where, request }: Violation, { seed, requests }: Report): string {
  const replay = `npm run hostile -- --seed ${seed} --requests ${requests}`;
  return [
    '',
    `VIOLATION: ${fault}`,
    `  in ${where}`,
    ...(request === undefined ? ['  of no known request'] : requestLines(request)),
    `  again: ${replay}`,
  ].join('\n');
}

function requestLines({
  method,
  target,
  headers,
  body,
  signing,
}: HostileRequest): readonly string[] {
  return [
    `  ${method} ${shown(target)} (signature: ${signing})`,
    ...headers.map(([name, value]) => `  ${name}: ${shown(value)}`),
    ...(body === undefined ? [] : [`  body of ${body.length} bytes: ${shown(body)}`]),
  ];
}

/** On one line, cut where it gets long. */
function shown(text: string): string {
  const line = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  return text.length > SHOWN_CHARACTERS ? `${line} …` : line;
}
