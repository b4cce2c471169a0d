import type { ContainerDefinition } from '@aws-sdk/client-ecs';

/** What a task outside Kubernetes was given to join the mesh. It holds no secret. */
export interface Bootstrap {
  /** `host:15012` */
  istiodAddress?: string;
  /** PEM */
  rootCertificate?: string;
}

/** Of the ztunnel of a task definition: base64 of JSON. One that can't be read says nothing. */
export function bootstrapOf({ environment = [] }: ContainerDefinition): Bootstrap {
  const token = environment.find(({ name }) => name === 'BOOTSTRAP_TOKEN')?.value ?? '';
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString()) as Bootstrap;
  } catch {
    return {};
  }
}
