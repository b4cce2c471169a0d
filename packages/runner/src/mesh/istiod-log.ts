import type { RunContext } from '../run/context.ts';

const complaint = /AccessDenied|not authorized to perform|AssumeRole|ExpiredToken|could not (?:list|describe|read)/i;

/** The last thing that istiod complained about while it read ECS, without the head of the log line. */
export async function lastDiscoveryError(run: RunContext): Promise<string | undefined> {
  const kube = await run.kube();
  const pods = await kube.list('v1', 'Pod', { namespace: 'istio-system', labels: 'app=istiod' });
  const logs = await Promise.all(
    pods.map(({ metadata }) => kube.logs({ namespace: 'istio-system', pod: metadata.name, lines: 200 })),
  );
  return discoveryErrorIn(logs.join('\n'));
}

export function discoveryErrorIn(log: string): string | undefined {
  const line = log.split('\n').findLast((text) => complaint.test(text) && /error|warn|denied|fail/i.test(text));
  return line?.replace(/^\S+\s+(?:error|warn|info)\s+/i, '').trim();
}
