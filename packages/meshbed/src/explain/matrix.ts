import type { Compared, Explanation } from '@meshbed/runner/explain';
import type { Paint, Tone } from '../view/paint.ts';

const cells: Record<string, { mark: string; tone: Tone }> = {
  hbone: { mark: 'yes', tone: 'good' },
  plaintext: { mark: 'plain', tone: 'busy' },
  none: { mark: 'no', tone: 'bad' },
};

/** Callers in rows, targets in numbered columns. */
export function renderMatrix(explanations: readonly Explanation[], paint: Paint): string {
  const rows = explanations.map((explanation) => ({ ...explanation, cell: cellOf(explanation, paint) }));
  return table(rows);
}

/** The matrix as it would be, and what is different now. */
export function renderComparedMatrix(compared: readonly Compared[], paint: Paint): string {
  const rows = compared.map(({ from, now, after, changes }) => ({
    from,
    to: after.to,
    cell: changes
      ? { text: `${plain(now)}→${plain(after)}`, paint: (text: string) => paint('strong', text) }
      : cellOf(after, paint),
  }));
  return `${table(rows)}\n${renderDifferences(compared, paint)}`;
}

export function renderDifferences(compared: readonly Compared[], paint: Paint): string {
  const changed = compared.filter(({ changes }) => changes);
  if (changed.length === 0) return 'Nothing changes.\n';
  const lines = changed.map(({ from, now, after }) => {
    const why = after.cause?.says ?? after.hops.at(-1)?.says ?? '';
    const tone = after.verdict === 'allowed' ? 'good' : 'bad';
    return `  ${from} → ${after.to}: ${now.verdict} now, ${paint(tone, `${after.verdict} then`)}: ${why}`;
  });
  return [`${changed.length} of ${compared.length} change:`, ...lines, ''].join('\n');
}

interface Cell {
  text: string;
  paint: (text: string) => string;
}

function cellOf(explanation: Explanation, paint: Paint): Cell {
  const { mark, tone } = cells[explanation.via] ?? { mark: '?', tone: 'quiet' };
  return { text: mark, paint: (text) => paint(tone, text) };
}

const plain = ({ via }: Explanation) => cells[via]?.mark ?? '?';

/** Padding is measured before colours come in. */
function table(rows: readonly { from: string; to: string; cell: Cell }[]): string {
  const targets = [...new Set(rows.map(({ to }) => to))];
  const callers = [...new Set(rows.map(({ from }) => from))];
  const legend = targets.map((to, index) => `  ${index + 1}  ${to}`);
  const widest = Math.max(...callers.map(({ length }) => length));
  const width = Math.max(...rows.map(({ cell }) => cell.text.length), 2) + 2;
  const head = ' '.repeat(widest + 2) + targets.map((_, index) => String(index + 1).padEnd(width)).join('');
  const found = new Map(rows.map((row) => [`${row.from} ${row.to}`, row.cell]));
  const lines = callers.map((from) => {
    const own = targets.map((to) => found.get(`${from} ${to}`));
    return (
      from.padEnd(widest + 2) +
      own
        .map((cell) => (cell ? cell.paint(cell.text) + ' '.repeat(width - cell.text.length) : ' '.repeat(width)))
        .join('')
    );
  });
  return `${['Targets:', ...legend, '', head, ...lines].map((line) => line.trimEnd()).join('\n')}\n`;
}
