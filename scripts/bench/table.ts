export interface Row {
  what: string;
  /** As it is printed, with its unit. */
  value: string;
  budget?: { limit: string; isKept: boolean };
}

export interface Measurement {
  title: string;
  measure: () => Promise<Row[]>;
}

/** A row for a number that must stay below its budget. */
export function below(limit: number, unit: string, what: string, value: number): Row {
  return { what, value: `${rounded(value)} ${unit}`, budget: { limit: `< ${limit} ${unit}`, isKept: value < limit } };
}

/** Three digits that count. */
export function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

export function print(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  console.log(`\n${title}`);
  for (const { what, value, budget } of rows) {
    const verdict = budget ? `   budget ${budget.limit}   ${budget.isKept ? 'kept' : 'OVER'}` : '';
    console.log(`  ${what.padEnd(width)}  ${value.padStart(12)}${verdict}`);
  }
}
