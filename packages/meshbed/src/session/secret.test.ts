import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createIds, systemClock } from '@meshbed/core';
import { gatherEvidence, runScenario, scenarioNumbered, type Configuration, type Target } from '@meshbed/runner';
import { createSandbox, targetOf, type Sandbox } from '@meshbed/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyRun, fold } from '@meshbed/runner/journal';
import { formats } from '../reports/targets.ts';
import { render } from '../reports/write.ts';
import { jsonView } from '../view/json.ts';
import { plainView } from '../view/plain.ts';
import { configurationFor } from './configuration.ts';
import { sandboxOptionsOf } from './sandbox-options.ts';

const licence = 'planted-licence-key-0123456789';
const forms = [licence, Buffer.from(licence).toString('base64'), encodeURIComponent(licence)];
const shows = (shown: string) => forms.some((form) => shown.includes(form));

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  file = join(folder, 'demo.sh');
  writeFileSync(file, `export CLUSTER_NAME=secretive\nexport GLOO_MESH_LICENSE_KEY="${licence}"\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that the command line prints during a run to the installation of Istio. */
async function run(sandbox: Sandbox, configuration: Configuration, change: Partial<Target> = {}): Promise<string> {
  const out = new PassThrough();
  const views = [plainView(out, true), jsonView(out)];
  const shown = text(out);
  let state = emptyRun;
  const { directory } = sandbox;
  await runScenario({
    scenario: scenarioNumbered('1'),
    configuration,
    target: { ...targetOf(sandbox), workDir: directory.path, patience: 0.3, ...change },
    clock: systemClock,
    ids: createIds(),
    signal: new AbortController().signal,
    selection: { to: 'istio_install' },
    onEvent(event) {
      state = fold(state, event);
      views.forEach((view) => view.show(event));
    },
  });
  views.forEach((view) => view.close());
  for (const format of formats) out.write(render(state, format));
  out.end();
  return shown;
}

/** Of everything below a folder, the files that show the licence key. */
const showing = (below: string) =>
  readdirSync(below, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => shows(readFileSync(name, 'utf8')));

/** The whole archive, unpacked. */
async function evidence(sandbox: Sandbox, configuration: Configuration): Promise<string> {
  const [run = ''] = readdirSync(sandbox.directory.file('runs'));
  const { signal } = new AbortController();
  const { file, missing } = await gatherEvidence({
    configuration,
    target: { ...targetOf(sandbox), workDir: sandbox.directory.path },
    clock: systemClock,
    signal,
    runDirectory: sandbox.directory.file(`runs/${run}`),
    file: join(folder, 'evidence.tar.gz'),
  });
  const archive = gunzipSync(readFileSync(file)).toString();
  expect(archive).toContain('value: [redacted]');
  // Nothing runs in the cluster yet, and what of the mesh is not there can't be listed.
  expect(missing.map(({ path }) => path).filter((path) => !path.startsWith('kubernetes/'))).toEqual([]);
  return archive;
}

/** An istioctl that fails and repeats all that it was told. */
const talkative = [process.execPath, '-e', 'process.stdin.pipe(process.stderr); process.exitCode = 1'];

test('secret: is in no output, journal or file, whether the installation fails or not', async () => {
  const { configuration } = configurationFor({ flags: { config: file } });
  expect(configuration.licenseKey?.reveal()).toBe(licence);
  await using sandbox = await createSandbox({
    ...sandboxOptionsOf(configuration),
    parent: join(folder, 'instances'),
    machine: { PATH: process.env['PATH'] ?? '' },
  });
  const failed = await run(sandbox, configuration, { istioctl: { command: talkative, env: {} } });
  expect(failed).toContain('value: [redacted]');
  expect(await evidence(sandbox, configuration)).not.toContain(licence);
  const passed = await run(sandbox, configuration);
  expect(passed).toContain('"step":"istio_install","outcome":"done"');
  expect([failed, passed].filter(shows)).toEqual([]);
  expect(showing(join(folder, 'instances'))).toEqual([]);
  const { store } = sandbox.kube.clusters.get('secretive')!;
  const stored = ['configmaps', 'deployments.apps', 'daemonsets.apps', 'namespaces', 'pods', 'events'].map((resource) =>
    JSON.stringify(store.list(resource, {})),
  );
  expect(stored.filter(shows)).toEqual([]);
});

const bin = fileURLToPath(new URL('../../bin/meshbed.mjs', import.meta.url));

test.each([
  ['config show', ['config', 'show']],
  ['config show --origin', ['config', 'show', '--origin']],
  ['config show --json', ['config', 'show', '--json']],
  ['config check', ['config', 'check']],
  ['config init', ['config', 'init', '-']],
  ['an error', ['run', '1', '--owner', `<${licence}>`]],
])('secret: %s does not print it', (_name, args) => {
  const { stdout, stderr } = spawnSync(process.execPath, [bin, ...args, '-c', file], { encoding: 'utf8', env: {} });
  expect(stdout + stderr).not.toBe('');
  expect(shows(stdout + stderr)).toBe(false);
});
