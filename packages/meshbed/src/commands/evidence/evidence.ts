import { basename, join, resolve } from 'node:path';
import { MeshbedError, suggestion, systemClock } from '@meshbed/core';
import { gatherEvidence, runDirectories, type Evidence } from '@meshbed/runner';
import { configurationFor } from '../../session/configuration.ts';
import { openEnvironment } from '../../session/environment.ts';
import { stateFolder } from '../../session/instance.ts';
import { createInterrupt } from '../../session/interrupt.ts';

export interface EvidenceFlags extends Record<string, unknown> {
  instance?: string;
  output?: string;
  json?: boolean;
}

export async function evidenceCommand(wanted: string | undefined, flags: EvidenceFlags): Promise<void> {
  const loaded = configurationFor({ flags });
  const { target, clock, configuration } = await openEnvironment({ loaded, instance: flags.instance });
  const runDirectory = runNamed(target.workDir, wanted);
  const name =
    runDirectory === undefined
      ? `now-${new Date(systemClock.now()).toISOString().replaceAll(/[:.]/g, '')}`
      : basename(runDirectory);
  using interrupt = createInterrupt();
  const evidence = await gatherEvidence({
    configuration,
    target,
    clock,
    signal: interrupt.signal,
    ...(runDirectory === undefined ? {} : { runDirectory }),
    file: flags.output === undefined ? evidenceFile(name) : resolve(flags.output),
  });
  process.stdout.write(flags.json ? `${JSON.stringify(evidence, null, 2)}\n` : evidenceText(evidence));
}

/** Not in the directory of a sandbox, which goes with it. */
export const evidenceFile = (run: string): string => join(stateFolder(), 'evidence', `${run}.tar.gz`);

export function evidenceText({ file, verdict, files, missing }: Evidence): string {
  const lacking = missing.length === 0 ? '' : `; ${missing.length} could not be collected, DIAGNOSIS.md says why`;
  return `${[...verdict, `Evidence: ${file} (${files} files, DIAGNOSIS.md first${lacking})`].join('\n')}\n`;
}

/** @throws MeshbedError `user/unknown-run` */
function runNamed(workDir: string, wanted: string | undefined): string | undefined {
  const directories = runDirectories(workDir);
  if (wanted === undefined) return directories.at(-1);
  const found = directories.find((directory) => basename(directory) === wanted);
  if (found) return found;
  const known = directories.map((directory) => basename(directory));
  const choice = known.length === 0 ? 'nothing has run there yet' : `the last ones: ${known.slice(-5).join(', ')}`;
  const next = [suggestion(wanted, known), choice].filter((part) => part !== '').join(' ');
  throw new MeshbedError('user/unknown-run', `there is no run ${wanted}`, { object: workDir, next });
}
