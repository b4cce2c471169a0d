import type { Fabric } from '@meshbed/fabric';

/** Where programs in the sandbox find AWS's APIs: outside every VPC, so the way there needs a gateway. */
export const awsHost = 'aws.meshbed.internal';

const registries = ['public.ecr.aws', 'gcr.io', 'quay.io', 'ghcr.io', 'registry-1.docker.io', 'us-docker.pkg.dev'];

/** The hosts outside: AWS's APIs, registries that images are pulled from, and the service behind ECS Exec. */
export function addInternet(fabric: Fabric, { awsPort, region }: { awsPort: number; region: string }): void {
  fabric.internet.add({ names: [awsHost], ports: new Map([[80, awsPort]]) });
  // Only whether they can be reached is asked: what an image runs is in the catalogue, sessions come through the API.
  const exec = `ssmmessages.${region}.amazonaws.com`;
  const ecr = `*.dkr.ecr.${region}.amazonaws.com`;
  for (const name of [...registries, ecr, exec])
    fabric.internet.add({ names: [name], ports: new Map([[443, awsPort]]) });
}
