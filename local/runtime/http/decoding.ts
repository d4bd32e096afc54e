/** A part of an address as it was meant; undefined where nobody can read it, as `%zz`. Anybody may send that: it is to end nothing. */
export function decoding(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
