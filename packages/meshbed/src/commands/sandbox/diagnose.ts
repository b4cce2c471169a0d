import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { messageOf, Secret, systemClock } from '@meshbed/core';
import { scrubbedArchive } from '@meshbed/runner/archive';
import { controlOf } from '../../session/control.ts';
import { findInstance, type Instance, stateFolder } from '../../session/instance.ts';
import { versionOf } from '../../version.ts';

export interface DiagnoseFlags {
  output?: string;
}

const [lastRequests, lastEvents] = [1000, 5000];

/** `sandbox diagnose`: what a running sandbox can tell of itself, in one archive for an issue, without its secrets. */
export async function diagnoseCommand(wanted: string, { output }: DiagnoseFlags): Promise<void> {
  const instance = findInstance(wanted);
  hideSecrets(instance);
  const nowMs = systemClock.now();
  const { files, missing } = await collect(instance);
  const name = `diagnose-${instance.name}-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '')}`;
  const file = output === undefined ? join(stateFolder(), 'evidence', `${name}.tar.gz`) : resolve(output);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, scrubbedArchive(name, files, nowMs), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const lacking = missing.length === 0 ? '' : `; could not be asked for: ${missing.join(', ')}`;
  process.stdout.write(`Diagnosis: ${file} (${Object.keys(files).length} files${lacking})\n`);
}

/** What can't be had is told in its place. */
async function collect(instance: Instance): Promise<{ files: Record<string, unknown>; missing: string[] }> {
  const control = controlOf(instance);
  const asked: Record<string, () => unknown> = {
    health: () => control.health(),
    info: () => control.info(),
    clock: () => control.clock.read(),
    faults: () => control.faults.list(),
    resources: () => control.resources(),
    connections: () => control.connections(),
    requests: () => control.requests(lastRequests),
    events: () => control.events({ last: lastEvents }),
  };
  const { secret: _, ...known } = instance;
  const machine = {
    platform: platform(),
    release: release(),
    arch: arch(),
    node: process.version,
    meshbed: versionOf(),
  };
  const files: Record<string, unknown> = { 'machine.json': machine, 'instance.json': known };
  const missing: string[] = [];
  for (const [name, ask] of Object.entries(asked)) {
    try {
      files[`${name}.json`] = await ask();
    } catch (error) {
      files[`${name}.txt`] = `${messageOf(error)}\n`;
      missing.push(name);
    }
  }
  return { files, missing };
}

const inFiles = /(?:aws_secret_access_key\s*=\s*|token: |client-key-data: |"AZURE_CLIENT_SECRET": ")([^\s"]+)/g;

/** From now on no text of this process shows them. */
function hideSecrets({ secret, directory }: Instance): void {
  new Secret(secret);
  for (const name of ['aws-credentials', 'kubeconfig', 'env.json']) {
    for (const [, found = ''] of contentOf(join(directory, name)).matchAll(inFiles)) new Secret(found);
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // a sandbox without clusters has no kubeconfig
  }
}
