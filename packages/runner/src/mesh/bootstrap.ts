import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { haveCommonRoot } from './root-certificate.ts';

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

/** Why tasks that were told this don't find istiod as it is now, or don't believe it; undefined when nothing says so. */
export function staleBootstrap(told: Bootstrap, now: Bootstrap): string | undefined {
  const [address, root] = [told.istiodAddress, told.rootCertificate];
  if (address !== undefined && now.istiodAddress !== undefined && address !== now.istiodAddress)
    return `its tasks look for istiod at ${address}, and it is at ${now.istiodAddress}`;
  if (root === undefined || now.rootCertificate === undefined || haveCommonRoot(root, now.rootCertificate))
    return undefined;
  return 'its tasks were enrolled under another root certificate, and don’t believe istiod any more';
}
