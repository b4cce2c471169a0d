import { markup } from '../markup.ts';
import type { RunReport } from '../report.ts';
import { runWord } from '../words.ts';
import { environment } from './environment.ts';
import { heading, tiles } from './heading.ts';
import { issues } from './issues.ts';
import { matrix } from './matrix.ts';
import { style } from './style.ts';
import { tests } from './tests.ts';
import { timeline } from './timeline.ts';
import { stagesOf, topology } from './topology/index.ts';

/** No script, nothing from elsewhere, whatever the text of an error says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** One page that needs nothing else: light and dark, for phones and screens. */
export function html(report: RunReport): string {
  const { scenario, title, outcome, run, versions } = report;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${runWord[outcome]}: scenario ${scenario}, ${title}</title>
<style>
${style(stagesOf(report).length)}</style>
</head>
<body>
${heading(report)}<main>
${tiles(report)}${issues(report)}${topology(report)}${timeline(report)}${tests(report)}${matrix(report)}${environment(report)}</main>
<footer><p>Made by meshbed ${versions['meshbed']} from the journal of run <span class="mono">${run}</span>. This page loads nothing from anywhere.</p></footer>
</body>
</html>
`;
  return page.text;
}
