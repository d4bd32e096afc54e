/** @returns the address as a URL; undefined where the text is none of the web, has blanks, or a slash too few. */
export function webAddress(text: string): URL | undefined {
  // URL would leave blanks out and add a slash, and who calls the address would not.
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
