/** Columns with tabs between them, as eksctl prints: every column as wide as its widest cell. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => tabs(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + '\t'.repeat((widths[column] ?? 0) - tabs(cell) + 1),
      )
      .join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}

const tabWidth = 8;
const tabs = (cell: string) => Math.floor(cell.length / tabWidth);
