// Writes STATUS.md from docs/status: runs.ndjson, one line per recorded run, and issues.yaml. With --record the demo runs
// first and its runs are added. `npm run check` fails when the page is not what its records give.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedRuns, summariesIn } from '../packages/runner/src/records/index.ts';
import { reportOf, summaryOf } from '../packages/runner/src/reports/index.ts';
import { scenarios } from '../packages/runner/src/scenario/index.ts';
import { readIssues, statusPage } from '../packages/runner/src/status/index.ts';

const [page, records, issues] = ['STATUS.md', 'docs/status/runs.ndjson', 'docs/status/issues.yaml'];

/** Of each scenario: enough to see how it goes. */
const keptRuns = 8;

export const isCurrent = () => textOf(page) === rendered();

const rendered = () =>
  statusPage({ scenarios, runs: recorded(), issues: readIssues(readFileSync(issues, 'utf8'), issues) });

const recorded = () => summariesIn(textOf(records), records);

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Runs every scenario for real and keeps what came of it, whatever it was. */
function record() {
  const MESHBED_HOME = mkdtempSync(join(tmpdir(), 'meshbed-status-'));
  try {
    spawnSync('meshbed', ['demo', '--plain'], { stdio: 'inherit', env: { ...process.env, MESHBED_HOME } });
    const fresh = recordedRuns(join(MESHBED_HOME, 'records')).map((run) => summaryOf(reportOf(run)));
    if (fresh.length === 0) throw new Error('the demo recorded no run');
    const runs = newest([...recorded(), ...fresh]);
    writeFileSync(records, runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
  } finally {
    rmSync(MESHBED_HOME, { recursive: true });
  }
}

function newest(runs) {
  const groups = Object.values(Object.groupBy(runs, ({ scenario }) => scenario));
  const kept = groups.flatMap((group) => group.toSorted(byStart).slice(-keptRuns));
  return kept.toSorted(byStart);
}

function byStart(a, b) {
  return a.started.localeCompare(b.started);
}

if (import.meta.main) {
  if (process.argv.includes('--record')) record();
  writeFileSync(page, rendered());
}
