/** @returns the address as a URL; undefined where the text is none of the web, or has blanks. */
export function webAddress(text: string): URL | undefined {
  // URL would leave blanks out, and who calls the address would not.
  if (!URL.canParse(text) || /\s/.test(text)) return undefined;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}
