import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseServerSecrets, readBudgetMap } from '../../../functions/handlers/adapters/servers.ts';
import { uuid } from '../../domain/builders.ts';

const folder = mkdtempSync(join(tmpdir(), 'servers-'));
const file = join(folder, 'budgets.json');

afterAll(() => rmSync(folder, { recursive: true }));

function mapOf(text: string) {
  writeFileSync(file, text);
  return readBudgetMap(file);
}

describe('the map of budgets', () => {
  it('is none where no file is named', () => {
    expect(readBudgetMap(undefined)).toBeUndefined();
  });

  it('tells the server of each budget', () => {
    const map = mapOf(JSON.stringify({ home: [uuid(1), uuid(2)], club: [uuid(3)] }));
    expect([...(map ?? [])]).toEqual([
      [uuid(1), 'home'],
      [uuid(2), 'home'],
      [uuid(3), 'club'],
    ]);
  });

  it.each(['', 'null', '[]', '{"home":"all"}', '{"home":["my budget"]}'])(
    'that says %j lets nobody in: it cannot be read',
    (text) => {
      expect(() => mapOf(text)).toThrow();
    },
  );

  it('that is lost lets nobody in', () => {
    expect(() => readBudgetMap(join(folder, 'lost.json'))).toThrow('ENOENT');
  });
});

describe("the ids of servers' secrets", () => {
  it('are known by the server', () => {
    const secrets = parseServerSecrets('{"home":{"actual":"a","session":"s"}}');
    expect(secrets.get('home')).toEqual({ actual: 'a', session: 's' });
  });

  it.each(['', '{"home":"a"}', '{"home":{"actual":"a"}}', '{"home":{"actual":"","session":"s"}}'])(
    'have to be two for each: %j is refused',
    (text) => {
      expect(() => parseServerSecrets(text)).toThrow();
    },
  );
});
