import type { TaskDefinition } from '@aws-sdk/client-ecs';

/** What the ztunnel of an enrolled task was told; fields that can't be read are absent. */
export interface BootstrapFacts {
  /** `host:15012` */
  istiodAddress?: string;
  /** PEM. */
  rootCertificate?: string;
}

/** The token is base64 of JSON; one that can't be read says nothing. */
export function bootstrapFacts(definition: TaskDefinition | undefined): BootstrapFacts {
  const ztunnel = definition?.containerDefinitions?.find(({ name }) => name === 'ztunnel');
  const token = ztunnel?.environment?.find(({ name }) => name === 'BOOTSTRAP_TOKEN')?.value;
  try {
    return JSON.parse(Buffer.from(token ?? '', 'base64').toString()) as BootstrapFacts;
  } catch {
    return {};
  }
}

/** Why the ztunnel could not find or would not believe this istiod; undefined when nothing is known against it. */
export function staleBootstrap(told: BootstrapFacts, now: BootstrapFacts): string | undefined {
  if (differ(told.istiodAddress, now.istiodAddress))
    return `its ztunnel looks for istiod at ${told.istiodAddress}, which is at ${now.istiodAddress} now`;
  if (differ(told.rootCertificate?.trim(), now.rootCertificate?.trim()))
    return 'its ztunnel trusts another root certificate than that of istiod now';
  return undefined;
}

const differ = (told: string | undefined, now: string | undefined) =>
  told !== undefined && now !== undefined && told !== now;
