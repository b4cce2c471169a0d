// Opens HTML reports from disk in Chromium, on a phone and a screen, light and dark: they must load nothing, fit the
// width, and pass axe. Without files: a run of scenario 3 and one with every way of ending. --pictures FOLDER keeps what
// was seen. A machine without Chromium skips it, visibly.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { positionals, values } = parseArgs({ allowPositionals: true, options: { pictures: { type: 'string' } } });
const executablePath = browserOf(process.env);

if (executablePath === undefined) {
  console.log('SKIPPED: there is no Chromium on this machine (Debian: apt-get install chromium; or set CHROMIUM)');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'meshbed-report-'));
  try {
    const files = positionals.length > 0 ? positionals : await examples(folder);
    const problems = await check(files);
    for (const problem of problems) console.error(problem);
    if (problems.length === 0) console.log(`ok: ${files.length} reports, 360 and 1440 px, light and dark`);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function browserOf({ CHROMIUM, PATH = '' }) {
  if (CHROMIUM) return CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place));
}

async function examples(folder) {
  const [passed, mixed] = [join(folder, 'passed.html'), join(folder, 'mixed.html')];
  const env = { ...process.env, MESHBED_HOME: join(folder, 'home') };
  const { status, stdout, stderr } = spawnSync('meshbed', ['run', '3', '--plain', '--report', passed], {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`the example run ended with ${status}\n${stdout}${stderr}`);
  const { mixedRun } = await import('../packages/meshbed/src/reports/testing/mixed.ts');
  const { render } = await import('../packages/meshbed/src/reports/write.ts');
  writeFileSync(mixed, render(mixedRun, 'html'));
  return [passed, mixed];
}

async function check(files) {
  const chromiumSandbox = process.getuid?.() !== 0; // Chromium refuses it for root
  const browser = await chromium.launch({ executablePath, chromiumSandbox });
  try {
    const problems = [];
    for (const file of files)
      for (const width of [360, 1440])
        for (const colorScheme of ['light', 'dark'])
          problems.push(...(await look(browser, { file, width, colorScheme })));
    return problems;
  } finally {
    await browser.close();
  }
}

async function look(browser, { file, width, colorScheme }) {
  const name = `${basename(file, '.html')}-${width}-${colorScheme}`;
  const problems = [];
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on('request', (request) => request.url().startsWith('file:') || problems.push(`it loads ${request.url()}`));
  page.on('console', (message) => message.type() === 'error' && problems.push(`the console says ${message.text()}`));
  await page.goto(pathToFileURL(resolve(file)).href);
  if (values.pictures) await picture(page, name);
  problems.push(...(await accessible(page)), ...(await fitting(page)));
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
  problems.push(...(await accessible(page)), ...(await fitting(page)));
  await page.close();
  return [...new Set(problems)].map((problem) => `${name}: ${problem}`);
}

async function picture(page, name) {
  mkdirSync(values.pictures, { recursive: true });
  await page.screenshot({ path: join(values.pictures, `${name}.png`), fullPage: true });
}

async function fitting(page) {
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  return needed > given ? [`the page is ${needed} px wide where there are ${given}`] : [];
}

async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}\n  ${failureSummary}`),
  );
}
