import { expect, test } from 'vitest';
import { countsText } from '@meshbed/runner/journal';
import { reportOf, summaryOf, type RunReport } from '@meshbed/runner/reports';
import { scenarios } from '@meshbed/runner/scenario';
import { noIssues, statusPage } from '@meshbed/runner/status';
import { hostile, mixedRun } from './testing/mixed.ts';
import { render } from './write.ts';

const [text, html, junit, json] = (['text', 'html', 'junit', 'json'] as const).map((format) =>
  render(mixedRun, format),
);
const report = JSON.parse(json!) as RunReport;
const steps = { total: 6, passed: 2, failed: 1, skipped: 1, aborted: 1, notRun: 1 };

test('reports: a run with every way of ending has the same counts in each', () => {
  expect([report.counts.steps, report.counts.tests]).toEqual([steps, steps]);
  const words =
    '2 of 6 steps (1 had nothing to change, 1 failed, 1 aborted, 1 skipped, 1 not run), 2 of 6 tests passed (1 failed, 1 aborted, 1 skipped, 1 not run)';
  expect(countsText(mixedRun)).toBe(words);
  expect(report.text).toBe(words);
  for (const shown of [text, html, junit]) expect(shown).toContain(words);
});

test('STATUS: the counts of the run are those of its reports', () => {
  const page = statusPage({ scenarios, runs: [summaryOf(reportOf(mixedRun))], issues: noIssues });
  expect(page).toContain(
    `| Partial | 2 | 1 | sandbox: ${report.text}; step 3 gateway failed, test EKS → ECS 1 failed, QUOTA-001 |`,
  );
  expect(page).toContain(`| FAIL | 2/1 | sandbox | jane | 1 min 00 s | ${report.text};`);
});

test('JUnit: the elements are as many as the attributes say, and as the other reports count', () => {
  const suites = [
    ...junit!.matchAll(/<testsuite name="([^"]*)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g),
  ];
  const numbers = Object.fromEntries(suites.map(([, name, ...counts]) => [name, counts.map(Number)]));
  expect(numbers).toEqual({
    'scenario 2.steps': [6, 1, 1, 2],
    'scenario 2.discovery': [1, 0, 0, 0],
    'scenario 2.connectivity': [1, 1, 0, 0],
    'scenario 2.authorization': [4, 0, 1, 2],
  });
  expect(junit).toContain(
    '<testsuites name="meshbed scenario 2: Two &lt;clusters&gt; &amp; &quot;one&quot; account (sandbox)" tests="12" failures="2" errors="2" skipped="4"',
  );
  const elements = ['testcase', 'failure', 'error', 'skipped'].map((name) => junit!.split(`<${name} `).length - 1);
  expect(elements).toEqual([12, 2, 2, 4]);
});

test('HTML: the table has every test with its outcome, the time line every step', () => {
  const outcomes = [...html!.matchAll(/<td class="outcome">.*?<span class="word">([^<]*)</g)].map(([, word]) => word);
  expect(outcomes).toEqual(['passed', 'failed', 'passed', 'skipped', 'aborted', 'not run']);
  expect(html!.match(/<span class="number">\d+</g)).toHaveLength(6);
  expect(html).toContain('2 <small>of 6</small>');
});

test('reports: the known issue is named with its workaround, and what was done', () => {
  expect(report.issues).toMatchObject([{ id: 'QUOTA-001', outcome: 'failed', places: ['step 3 gateway'] }]);
  expect(report.steps[2]?.failure?.issue).toBe('QUOTA-001');
  for (const shown of [text, html, junit, json]) expect(shown).toContain('QUOTA-001');
  expect(text).toMatch(/workaround +delete a VPC/);
  expect(text).toMatch(/done +waited 38\.0 s/);
});

test('reports: nothing of a text becomes markup, and XML has only characters that it can hold', () => {
  expect(JSON.stringify(report)).toContain('alert');
  for (const markup of [html!, junit!]) {
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain(hostile);
    expect(markup).toContain(
      '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; ]]&gt; red \ufffd\ufffd\ufffd \ufffd end',
    );
    expect(markup.isWellFormed()).toBe(true);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(markup).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  }
});

test('HTML: loads nothing and runs nothing', () => {
  expect(html).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
  expect(html).not.toMatch(/https?:|\burl\((?!#)|@import|<(?:script|link|img|iframe|object)\b|\son\w+=/);
});
