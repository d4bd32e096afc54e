import { expect, it } from 'vitest';
import { jsonOf } from '../../functions/domain/json.ts';

it('says what a text says as JSON', () => {
  expect(jsonOf('{"a":[1,null]}')).toEqual({ a: [1, null] });
});

it.each([undefined, '', '{', 'a word'])('says nothing of what is none: %s', (text) => {
  expect(jsonOf(text)).toBeUndefined();
});
