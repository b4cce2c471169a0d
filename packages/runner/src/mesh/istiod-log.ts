import type { RunContext } from '../run/context.ts';

const complaint = /AccessDenied|not authorized to perform|AssumeRole|ExpiredToken|could not (?:list|describe|read)/i;

/** What istiod says when it has read an account: complaints about its role from before have settled. */
const success = /: (\S+) in \S+: \d+ clusters, \d+ services, \d+ tasks/;

/** What istiod complains about while it reads ECS, without the head of the log line; undefined when it reads it. */
export async function lastDiscoveryError(run: RunContext): Promise<string | undefined> {
  const kube = await run.kube();
  const pods = await kube.list('v1', 'Pod', { namespace: 'istio-system', labels: 'app=istiod' });
  const logs = await Promise.all(
    pods.map(({ metadata }) => kube.logs({ namespace: 'istio-system', pod: metadata.name, lines: 200 })),
  );
  return discoveryErrorIn(logs.join('\n'));
}

export function discoveryErrorIn(log: string): string | undefined {
  const lines = log.split('\n');
  const settled = (at: number, text: string) =>
    lines.slice(at + 1).some((later) => text.includes(success.exec(later)?.[1] ?? '\0'));
  const line = lines.findLast(
    (text, at) => complaint.test(text) && /error|warn|denied|fail/i.test(text) && !settled(at, text),
  );
  return line?.replace(/^\S+\s+(?:error|warn|info)\s+/i, '').trim();
}
