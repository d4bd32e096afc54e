/** What a terminal would obey beyond the controls of ASCII: those of C1, and what turns the direction of what stands beside it. */
const OBEYED = /[\u007f-\u009f\p{Bidi_Control}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const CONTROLS = /[\u0000-\u001f]/g;

/** A text of a budget or of whoever answers, without characters that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(CONTROLS, ' ').replace(OBEYED, ' ');
}

/** JSON for whoever prints it, a line for each field: what a terminal would obey is escaped, and reads back as it was. */
export function printableJson(document: object): string {
  return JSON.stringify(document, null, 2).replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
