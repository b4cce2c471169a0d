/** One request from a workload, and what became of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MeshbedError, type Clock } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { Cause } from '../explain/index.ts';
import { curlScript, outcomeOf, type FailureKind } from '../probes/outcome.ts';
import { likely as usual, words } from '../probes/reach.ts';
import { whyNot } from '../probes/why.ts';
import { createCloudContext } from '../run/context.ts';
import type { Target } from '../target.ts';
import { openOrigin } from './origin.ts';
import { recordedRefusal, recordsOf, type Refusal } from './records.ts';

export interface CallOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
  /** `ecs/1/shell-task`, `eks/shell` */
  from: string;
  /** With or without `http://`. */
  url: string;
  /** Sent by POST. */
  data?: string;
}

export type CallResult = { caller: string; url: string } & (
  | { kind: 'answered'; status: number; body: string }
  | {
      kind: FailureKind;
      says: string;
      likely?: string;
      /** In the words of the proxy that enforced it. */
      refusal?: Pick<Refusal, 'by' | 'reason' | 'sourceIdentity' | 'destinationIdentity'>;
      /** What explain finds in the way. */
      cause?: Cause;
    }
);

/** @throws MeshbedError `user/unknown-caller`, `user/url`, `cloud/caller-missing` */
export async function call(options: CallOptions): Promise<CallResult> {
  const { target, from, data } = options;
  const url = parsed(options.url);
  const directory = join(target.workDir, 'call');
  mkdirSync(directory, { recursive: true });
  using context = createCloudContext({ ...options, directory });
  const [origin, records] = await Promise.all([openOrigin(context, from), recordsOf(context, url.hostname)]);
  const { exitCode, output } = await origin.run(curlScript(url.href, { data }));
  const outcome = outcomeOf(exitCode, output);
  const about = { caller: origin.name, url: url.href };
  if (outcome.kind === 'answered') return { ...about, ...outcome };
  const { kind, detail } = outcome;
  const [refusal, cause] = await Promise.all([
    kind === 'reset' && records.length > 0 ? recordedRefusal(context, records) : undefined,
    whyNot(context, { from: origin.path, to: `${url.hostname}:${url.port || defaultPort(url)}` }),
  ]);
  const likely = usual[kind];
  return {
    ...about,
    kind,
    says: `${words[kind](url.hostname)} (${detail})`,
    ...(likely === undefined ? {} : { likely }),
    ...(refusal ? { refusal: shown(refusal) } : {}),
    ...(cause ? { cause } : {}),
  };
}

const shown = ({ by, reason, sourceIdentity, destinationIdentity }: Refusal) => ({
  by,
  reason,
  sourceIdentity,
  destinationIdentity,
});

const defaultPort = ({ protocol }: URL) => (protocol === 'https:' ? '443' : '80');

function parsed(text: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return url;
  throw new MeshbedError('user/url', `${JSON.stringify(text)} is no URL that can be called`, {
    next: 'for example http://echo-service.ecs-istio-ecs-demo-1.ecs.local:8080',
  });
}
