/** Everything that helps to understand a failure, in one archive without secrets. Collecting changes nothing. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Secret, type Clock } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { RunEvent } from '../events.ts';
import { emptyRun, fold, type RunState } from '../journal/fold.ts';
import { journalName, readJournal } from '../journal/journal.ts';
import { createCloudContext, type CloudContext } from '../run/context.ts';
import type { AccountName } from '../scenario/types.ts';
import type { Target } from '../target.ts';
import { collect } from './collect.ts';
import { diagnosisOf, verdict } from './diagnosis.ts';
import { failuresIn } from './failures.ts';
import { aws } from './parts/aws.ts';
import { azure } from './parts/azure.ts';
import { ecs } from './parts/ecs.ts';
import { kubernetes } from './parts/kubernetes.ts';
import { proxies } from './parts/proxies.ts';
import { run } from './parts/run.ts';
import { scrubText } from './scrub.ts';
import { tarGzip } from './tar.ts';
import type { Missing, Part, Scene } from './types.ts';

export type { Missing } from './types.ts';

export interface EvidenceOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
  /** Directory of the run to look into; absent: only what is there now. */
  runDirectory?: string;
  /** The archive to write: `….tar.gz` */
  file: string;
}

export interface Evidence {
  file: string;
  /** Likely cause, failing object, next command: one line each. */
  verdict: readonly string[];
  files: number;
  missing: readonly Missing[];
}

export const evidenceParts: readonly Part[] = [run, kubernetes, proxies, ecs, aws, azure];

/** Writes the archive, DIAGNOSIS.md first. What can't be collected is listed in it. */
export async function gatherEvidence(options: EvidenceOptions): Promise<Evidence> {
  const { clock, runDirectory, file } = options;
  mkdirSync(dirname(file), { recursive: true });
  using context = createCloudContext({ ...options, directory: runDirectory ?? dirname(file) });
  await hideCredentials(options.target);
  const collected = await collect(evidenceParts, sceneOf(context, runDirectory));
  const events = runDirectory === undefined ? [] : readJournal(join(runDirectory, journalName));
  const failures = failuresIn(events);
  const situation = { state: stateOf(events), failures, collected, parts: evidenceParts };
  const folder = basename(file, '.tar.gz');
  const diagnosis = { path: 'DIAGNOSIS.md', text: scrubText(diagnosisOf(situation)) };
  const files = [diagnosis, ...collected.files].map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  writeFileSync(`${file}.new`, tarGzip(files, clock.now()), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const told = verdict(situation).map(scrubText);
  return { file, verdict: told, files: files.length, missing: collected.missing };
}

function sceneOf(context: CloudContext, runDirectory: string | undefined): Scene {
  const accounts = (Object.keys(context.target.accounts) as AccountName[]).map((name) => ({
    name,
    aws: context.aws(name),
  }));
  return { ...context, runDirectory, accounts };
}

/** From now on `redact` knows them. Credentials that can't be had can't be shown either. */
async function hideCredentials({ accounts, azure: subscription }: Target): Promise<void> {
  const hide = (...secrets: (string | undefined)[]) => {
    for (const secret of secrets) if (secret) new Secret(secret);
  };
  const known = Object.values(accounts).map(async ({ credentials }) => {
    const { secretAccessKey, sessionToken } = await credentials();
    hide(secretAccessKey, sessionToken);
  });
  await Promise.allSettled([...known, subscription?.token().then(hide)]);
}

function stateOf(events: readonly RunEvent[]): RunState | undefined {
  return events.length === 0 ? undefined : events.reduce(fold, emptyRun);
}
