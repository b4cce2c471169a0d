import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mixedEvents } from '../../reports/testing/mixed.ts';
import { recorder } from '../../session/record.ts';
import { compareCommand } from './compare.ts';
import { historyCommand } from './history.ts';
import { reportCommand } from './report.ts';
import { statusCommand } from './status.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  vi.stubEnv('MESHBED_HOME', join(folder, 'home'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** What a command prints. */
function printed(command: () => void, stream: 'stdout' | 'stderr' = 'stdout'): string {
  let text = '';
  const spy = vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  command();
  spy.mockRestore();
  return text;
}

/** The mixed run under a name of its own, with changes. */
function record(run: string, change: (text: string) => string = (text) => text): void {
  const write = recorder();
  for (const event of mixedEvents) {
    const changed = JSON.parse(change(JSON.stringify(event))) as typeof event;
    write(changed.kind === 'run-started' ? { ...changed, run } : changed);
  }
}

const named = (name: string) => join(folder, name);

test('history: the newest first, filtered, as a table and as JSON', () => {
  record('20260101-a');
  record('20260102-b', (text) => text.replace('"scenario":2', '"scenario":3').replace('"sandbox"', '"cloud"'));
  expect(printed(() => historyCommand({}))).toMatch(
    /^run +started.*\n20260102-b .* 3 +cloud +failed +2\/6 +2\/6 +1 min 00 s +step 3 gateway failed, test EKS → ECS 1 failed, QUOTA-001\n20260101-a .* 2 +sandbox/,
  );
  for (const flags of [{ scenario: '2' }, { target: 'sandbox' }])
    expect(printed(() => historyCommand(flags))).not.toContain('20260102-b');
  expect(printed(() => historyCommand({ limit: '1' }))).not.toContain('20260101-a');
  const json = JSON.parse(printed(() => historyCommand({ json: true }))) as object[];
  expect(json).toMatchObject([{ run: '20260102-b', exitCode: 4 }, { run: '20260101-a' }]);
  expect(printed(() => historyCommand({ scenario: '1' }))).toContain('No recorded run is like that');
});

test('history: none yet', () => {
  expect(printed(() => historyCommand({}))).toBe('No run is recorded yet; start one: meshbed run 1\n');
});

test.each([
  ['history --target', () => historyCommand({ target: 'moon' }), 'there is no target moon'],
  ['history --limit', () => historyCommand({ limit: '0' }), 'not a number of runs'],
  ['history --scenario', () => historyCommand({ scenario: '9' }), 'there is no scenario 9'],
  ['report --format', () => reportCommand('latest', { format: 'htm' }), 'there is no format htm'],
  ['report', () => reportCommand('latest', {}), 'there is no run latest'],
  ['report -f -o', () => reportCommand('latest', { format: 'html', output: ['x'] }), 'the ending of --output says'],
  ['compare', () => compareCommand('previous', 'latest', {}), 'there is no run previous'],
  ['status --issues', () => statusCommand({ issues: 'nowhere.yaml' }), "can't read nowhere.yaml"],
])('wrong use: %s', (_name, command, message) => {
  expect(command).toThrow(message);
});

test('report: a past run, on standard output and as files', () => {
  record('20260101-a');
  expect(printed(() => reportCommand('latest', {}))).toContain('Failed: 2 of 6 steps');
  expect(printed(() => reportCommand('2026', { format: 'junit' }))).toMatch(/^<\?xml/);
  const output = [named('reports'), named('one.html')];
  expect(printed(() => reportCommand('latest', { output })).match(/^report: /gm)).toHaveLength(4);
  expect(readFileSync(named('one.html'), 'utf8')).toContain('20260101-a');
});

test('compare: what differs, and that nothing does', () => {
  record('20260101-a');
  record('20260102-b');
  expect(printed(() => compareCommand('previous', 'latest', {}))).toContain('Nothing differs');
  record('20260103-c', (text) => text.replace('"1.34"', '"1.35"').replace('"outcome":"skipped"', '"outcome":"passed"'));
  const text = printed(() => compareCommand('20260102', 'latest', {}));
  expect(text).toMatch(/Outcomes\n +step skipped +skipped +→ +passed\n +test left-out +skipped +→ +passed\n/);
  expect(text).toMatch(/Versions\n +Kubernetes \(EKS\) +1\.34 +→ +1\.35\n/);
  const json = printed(() => compareCommand('20260102', 'latest', { json: true }));
  expect(JSON.parse(json)).toMatchObject({ before: '20260102-b', after: '20260103-c', versions: [{ after: '1.35' }] });
});

test('status: from the own records, or from summaries in a file', () => {
  record('20260101-a');
  const page = printed(() => statusCommand({}));
  expect(page).toContain('| 2 | Two ECS clusters, one account | 1970-01-01 | Partial | 2 | 1 |');
  writeFileSync(
    named('runs.json'),
    printed(() => historyCommand({ json: true })),
  );
  record('20260102-b');
  expect(printed(() => statusCommand({ records: named('runs.json') }))).toBe(page);
  expect(printed(() => statusCommand({ records: named('runs.json'), write: named('STATUS.md') }))).toContain('wrote');
  expect(readFileSync(named('STATUS.md'), 'utf8')).toBe(page);
});

test('recorder: where nothing can be written the run goes on, and says so once', () => {
  writeFileSync(named('home'), 'a file in the way');
  expect(printed(() => record('20260101-a'), 'stderr').match(/this run is not recorded/g)).toHaveLength(1);
  rmSync(named('home'));
  mkdirSync(named('home'));
  expect(printed(() => record('20260101-a'), 'stderr')).toBe('');
});
