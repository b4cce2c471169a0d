/** A table as Go's tabwriter prints it: columns as wide as their widest cell plus `padding`, the last one unpadded. */
export function table(rows: readonly (readonly string[])[], padding = 1): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + padding)))
      .join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}
