import jmespath from 'jmespath';
import { usage } from './failure.ts';

/** Columns of `-o table`: header → JMESPath. */
export type Columns = Readonly<Record<string, string>>;

const formats = {
  json: (value: unknown) => JSON.stringify(sorted(value), null, 2),
  jsonc: (value: unknown) => JSON.stringify(sorted(value), null, 2),
  tsv: (value: unknown) =>
    typeof value === 'boolean' ? String(value) : (Array.isArray(value) ? value : [value]).map(row).join('\n'),
  none: () => '',
};

export interface Shown {
  value: unknown;
  query: string | undefined;
  format: string | undefined;
  columns: Columns | undefined;
}

/** What stands on standard output; empty for nothing. @throws AzFailure for a query or a format that is none */
export function render({ value, query, format = 'json', columns }: Shown): string {
  if (!(format in formats) && format !== 'table') {
    throw usage(
      `argument --output/-o: invalid choice: '${format}' (this stand-in knows ${[...Object.keys(formats), 'table'].join(', ')})`,
    );
  }
  // Before the query: the members that it names itself keep its order, except in JSON.
  const ordered = sorted(value);
  const chosen = query === undefined ? ordered : queried(ordered, query);
  if (chosen === undefined || chosen === null) return '';
  if (format === 'table') return table(chosen, query === undefined ? columns : undefined);
  const text = formats[format as keyof typeof formats](chosen);
  return text === '' ? '' : `${text}\n`;
}

function queried(value: unknown, query: string): unknown {
  try {
    return jmespath.search(value, query);
  } catch (error) {
    throw usage(`argument --query: invalid jmespath_type value: '${query}': ${(error as Error).message}`);
  }
}

/** As knack writes rows: objects by the order of their names, lists by their length, objects inside of rows not at all. */
function row(value: unknown): string {
  if (Array.isArray(value)) return value.map(cell).join('\t');
  if (typeof value !== 'object' || value === null) return cell(value);
  return Object.values(value).map(cell).join('\t');
}

function cell(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'object') return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value as string | number);
}

/** Names in order, as az prints them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** As Python's tabulate has it. */
const headerPadding = 2;

const hidden = new Set(['id', 'type', 'etag']);

function table(value: unknown, columns: Columns | undefined): string {
  const items = (Array.isArray(value) ? value : [value]) as unknown[];
  const rows = items.map((item) => (columns ? transformed(item, columns) : plain(item)));
  const headers = [...new Set(rows.flatMap((each) => Object.keys(each)))];
  if (headers.length === 0) return '';
  const lines = [headers, ...rows.map((each) => headers.map((header) => each[header] ?? ''))];
  const widths = headers.map(({ length }, index) =>
    Math.max(length + headerPadding, ...lines.map((line) => line[index]?.length ?? 0)),
  );
  const ruled = [headers, widths.map((width) => '-'.repeat(width)), ...lines.slice(1)];
  return `${ruled
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

const transformed = (item: unknown, columns: Columns): Record<string, string> =>
  Object.fromEntries(Object.entries(columns).map(([header, path]) => [header, shownCell(jmespath.search(item, path))]));

/** Simple members under their names, first letter in upper case. */
function plain(item: unknown): Record<string, string> {
  if (typeof item !== 'object' || item === null) return { Result: shownCell(item) };
  if (Array.isArray(item))
    return Object.fromEntries(item.map((each, index) => [`Column${index + 1}`, shownCell(each)]));
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name, value]) => !hidden.has(name) && (typeof value !== 'object' || value === null) && value !== null)
      .map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), shownCell(value)]),
  );
}

const shownCell = (value: unknown) => (value === null || value === undefined ? '' : cell(value));
