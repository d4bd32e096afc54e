import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../docs/packages.ts';
import { CHANGELOG, CONTRIBUTING_PAGE, MAP_PAGE, README, rowsOf } from './markdown.ts';

/** The pages for those who carry on name rooms, files and commands that are there. */

const REPOSITORY = join(import.meta.dirname, '../..');
const named = (page: string) => [...page.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name);

const folders = (path: string) =>
  readdirSync(join(REPOSITORY, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
/** Made by commands, or brought by npm. */
const NO_ROOMS = ['node_modules', 'cdk.out', 'reports'];
const ROOMS = [
  ...folders('.').filter(
    (name) => !name.startsWith('.') && ![...NO_ROOMS, 'functions'].includes(name),
  ),
  ...folders('functions').map((name) => `functions/${name}`),
];

describe.each([
  ['the map', MAP_PAGE],
  ['the page for contributors', CONTRIBUTING_PAGE],
])('%s', (_name, page) => {
  it('names files that are there', () => {
    const files = named(page).filter((name) => /^[\w.-]+\/[\w./-]+$/.test(name));
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
  });

  it('names commands that are there', () => {
    const { scripts } = readManifest();
    const commands = named(page).flatMap((code) => /^npm run (\S+)/.exec(code)?.[1] ?? []);
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });
});

describe('every room', () => {
  const onTheMap = [...rowsOf(MAP_PAGE).keys()].flatMap(named);

  it('of use cases is told by their files', () => {
    const [told = ''] = rowsOf(MAP_PAGE).get('`functions/jobs`') ?? [];
    const files = readdirSync(join(REPOSITORY, 'functions/jobs')).map((file) => file.slice(0, -3));
    expect(told.replace('use cases: ', '').split(', ').sort()).toEqual(files.sort());
  });

  it.each(ROOMS)('%s is on the map and in the README', (room) => {
    expect(onTheMap).toContain(room);
    expect(README).toContain(`\`${room}\``);
  });
});

describe('the changelog', () => {
  const versions = [...CHANGELOG.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  const kinds = [...CHANGELOG.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);

  it('begins with what is not released, then has versions with their day', () => {
    const [first, ...released] = versions;
    expect(first).toBe('Unreleased');
    for (const version of released) expect(version).toMatch(/^\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}$/);
  });

  it('sorts changes by the kinds of Keep a Changelog', () => {
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    expect(kinds.filter((kind) => !known.includes(String(kind)))).toEqual([]);
  });
});
