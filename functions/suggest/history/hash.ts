/** 32-bit hashes of texts and numbers (FNV-1a with a final mix): the same on every machine. */

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function hashText(text: string, seed = OFFSET): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  }
  return mixed(hash);
}

export function hashPair(a: number, b: number): number {
  return mixed(Math.imul(a ^ (b >>> 16) ^ (b << 16), PRIME) ^ b);
}

function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
