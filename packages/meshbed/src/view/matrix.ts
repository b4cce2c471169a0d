import type { RunState, TestState } from '@meshbed/runner/journal';
import { markOf, type Paint, type Tone } from './paint.ts';

type Cell = TestState & Required<Pick<TestState, 'cell'>>;

/** Who reaches whom without policies, and who reaches the guarded cluster in each exercise. Empty without cells. */
export function matrix({ tests }: RunState, paint: Paint): string[] {
  const cells = [...tests.values()].filter((test): test is Cell => test.cell !== undefined);
  const open = cells.filter(({ cell }) => cell.exercise === undefined);
  const policed = cells.filter(({ cell }) => cell.exercise !== undefined);
  const [guarded] = policed;
  const targets = table(
    open,
    { corner: 'from \\ to', row: ({ cell }) => cell.from, column: ({ cell }) => cell.to },
    paint,
  );
  if (!guarded) return [targets];
  const corner = `who reaches ${guarded.cell.to}`;
  const axes = { corner, row: ({ cell }: Cell) => cell.exercise ?? '', column: ({ cell }: Cell) => cell.from };
  return [targets, table(policed, axes, paint)];
}

interface Axes {
  corner: string;
  row: (cell: Cell) => string;
  column: (cell: Cell) => string;
}

function table(cells: readonly Cell[], { corner, row, column }: Axes, paint: Paint): string {
  const rows = [...new Set(cells.map(row))];
  const columns = [...new Set(cells.map(column))].toSorted(byPlace);
  const first = Math.max(corner.length, ...rows.map(({ length }) => length));
  const width = Math.max(...columns.map(({ length }) => length), 'unknown'.length);
  const line = (name: string) => {
    const own = columns.map((title) => cells.find((cell) => row(cell) === name && column(cell) === title));
    const shown = own.map((cell) => (cell ? paint(toneOf(cell), wordOf(cell).padEnd(width)) : ''.padEnd(width)));
    return `${name.padEnd(first)}  ${shown.join('  ')}`;
  };
  const head = `${corner.padEnd(first)}  ${columns.map((title) => title.padEnd(width)).join('  ')}`;
  return [paint('strong', head), ...rows.map(line)].map((text) => text.trimEnd()).join('\n');
}

/** EKS comes first, then the ECS clusters by number. */
const byPlace = (a: string, b: string) =>
  Number(b === 'EKS') - Number(a === 'EKS') || a.localeCompare(b, 'en', { numeric: true });

/** What was seen; of a test that failed only that it was not what was expected is known. */
function wordOf({ status, cell }: Cell): string {
  if (status === 'passed') return cell.expected === 'allowed' ? 'yes' : 'no';
  return status === 'failed' ? `not ${cell.expected === 'allowed' ? 'yes' : 'no'}!` : 'unknown';
}

const toneOf = ({ status }: Cell): Tone => markOf(status).tone;
