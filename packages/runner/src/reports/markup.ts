/** Text that is markup already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Part = string | number | Markup | undefined | false | readonly Part[];

/**
 * HTML and XML: whatever is put in is escaped, unless it is markup itself. Nothing (undefined, false) is nothing, lists
 * follow each other.
 *
 * @example markup`<td title="${name}">${cells.map((cell) => markup`<b>${cell}</b>`)}</td>`
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Part[]): Markup {
  const text = parts.map((part, index) => part + (index < values.length ? escaped(values[index]) : ''));
  return new Markup(text.join(''));
}

function escaped(value: Part): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  return escapeText(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Neither XML 1.0 nor HTML can hold these, not even escaped: they become visible. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

export function escapeText(text: string): string {
  return withoutColours(text)
    .toWellFormed()
    .replaceAll(unprintable, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Programs of others colour what they say. */
// oxlint-disable-next-line no-control-regex -- escape sequences begin with one
const colour = /\u001b\[[0-9;]*m/g;
const withoutColours = (text: string) => text.replaceAll(colour, '');
