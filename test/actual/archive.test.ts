import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { withoutSessionToken } from '../../functions/actual/archive.ts';
import { altered, filesOf, metadataOf } from './archives.ts';

function archiveWith(metadata: unknown): Uint8Array {
  return zipSync({
    'db.sqlite': strToU8('SQLite format 3'),
    'metadata.json': strToU8(JSON.stringify(metadata)),
  });
}

describe('an archive without the session token', () => {
  it('has everything else', () => {
    const archive = archiveWith({
      id: 'Home-1',
      userId: 'the-token',
      groupId: 'g',
      resetClock: true,
    });
    const cleaned = withoutSessionToken(archive);
    expect(metadataOf(cleaned)).toEqual({ id: 'Home-1', groupId: 'g', resetClock: true });
    expect(filesOf(cleaned)['db.sqlite']).toEqual(filesOf(archive)['db.sqlite']);
  });

  it.each([[{ id: 'Home-1' }], [{ id: 'Home-1', userId: '' }]])(
    'is the same when there is none in %j',
    (metadata) => {
      const archive = archiveWith(metadata);
      expect(withoutSessionToken(archive)).toBe(archive);
    },
  );

  it('is read whatever its zip says of each file beside its content', () => {
    const said = { extra: { 28789: strToU8('another name') }, comment: 'by hand' };
    const archive = zipSync({
      'db.sqlite': [strToU8('SQLite format 3'), said],
      'metadata.json': [strToU8('{"id":"Home-1","userId":"the-token"}'), said],
    });
    expect(metadataOf(withoutSessionToken(archive))).toEqual({ id: 'Home-1' });
  });

  it.each([
    ['no zip file', strToU8('nothing')],
    ['without metadata', zipSync({ 'db.sqlite': strToU8('x') })],
    ['with metadata that is no JSON', zipSync({ 'metadata.json': strToU8('{') })],
    ['with an id that is no folder', archiveWith({ id: '../up' })],
    ['with an id that begins as one', archiveWith({ id: 'Home-1/../../up' })],
    ['with an id that is too long for one', archiveWith({ id: 'H'.repeat(201) })],
    ['altered since it was packed', altered(archiveWith({ id: 'Home-1' }), 'Home-1', 'Home-2')],
  ])('is refused when it is %s', (_what, archive) => {
    expect(() => withoutSessionToken(archive)).toThrow(/archive/);
  });
});
