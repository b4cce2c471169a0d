/** How one case ended. */
export interface Outcome {
  client: string;
  area: string;
  state: 'passed' | 'failed' | 'skipped';
}

const states = ['passed', 'failed', 'skipped'] as const;

/** Client × area × cases, with a line of sums at the end. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const groups = Map.groupBy(outcomes, ({ client, area }) => JSON.stringify([client, area]));
  const rows = [...groups.values()].map((group) => [group[0]?.client ?? '', group[0]?.area ?? '', ...counts(group)]);
  return align([['client', 'area', ...states], ...rows, ['total', '', ...counts(outcomes)]]);
}

const counts = (outcomes: readonly Outcome[]): string[] =>
  states.map((wanted) => String(outcomes.filter(({ state }) => state === wanted).length));

function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
