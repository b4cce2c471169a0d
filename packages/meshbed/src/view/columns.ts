import { columnsOf } from './text.ts';

/** Rows as aligned columns, two spaces apart. */
export function columnsText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? ''))));
  const padded = (cell: string, column: number) =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell)));
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
