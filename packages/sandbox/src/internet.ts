import type { Fabric } from '@meshbed/fabric';

/** Where programs in the sandbox find AWS's APIs: outside every VPC, so the way there needs a gateway. */
export const awsHost = 'aws.meshbed.internal';

const wellKnown = [
  'public.ecr.aws',
  'gcr.io',
  'quay.io',
  'ghcr.io',
  'registry-1.docker.io',
  'us-docker.pkg.dev',
  'mcr.microsoft.com',
];

/** The hosts outside: AWS's APIs, registries that images are pulled from, and the service behind ECS Exec. */
export function addInternet(
  fabric: Fabric,
  { awsPort, region, registries }: { awsPort: number; region: string; registries: readonly string[] },
): void {
  fabric.internet.add({ names: [awsHost], ports: new Map([[80, awsPort]]) });
  // Only whether they can be reached is asked: what an image runs is in the catalogue, sessions come through the API.
  const exec = `ssmmessages.${region}.amazonaws.com`;
  const ecr = `*.dkr.ecr.${region}.amazonaws.com`;
  for (const [name, ports] of portsByHost([...wellKnown, ecr, exec, ...registries]))
    fabric.internet.add({ names: [name], ports: new Map(ports.map((port) => [port, awsPort])) });
}

/** Of `host` and `host:port`; without a port it is HTTPS'. */
function portsByHost(registries: readonly string[]): Map<string, number[]> {
  const hosts = new Map<string, number[]>();
  for (const registry of registries) {
    const [host = '', port = '443'] = registry.split(':');
    hosts.set(host, [...(hosts.get(host) ?? []), Number(port)]);
  }
  return hosts;
}
