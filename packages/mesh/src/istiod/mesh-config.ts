import { parse } from 'yaml';

/** An account in which ECS is discovered. */
export interface EcsAccount {
  /** Undefined: istiod's own role, without assuming another. */
  roleArn: string | undefined;
  /** Last part of the host names of its services. */
  domain: string;
  /** Empty: the region that istiod runs in. */
  regions: readonly string[];
}

export interface MeshConfig {
  trustDomain: string;
  rootNamespace: string;
  ecsAccounts: readonly EcsAccount[];
}

interface MeshDocument {
  trustDomain?: string;
  rootNamespace?: string;
  platforms?: { ecs?: { accounts?: { role?: string; domain?: string; regions?: string[] }[] } };
}

/** The role name that stands for istiod's own. */
const ownRole = 'default';

/**
 * Key `mesh` of the ConfigMap `istio` in istiod's namespace: Istio's mesh configuration, with what `istioctl install` puts
 * into it from `values.platforms.ecs`:
 *
 *     trustDomain: cluster.local
 *     platforms:
 *       ecs:
 *         accounts:
 *           - role: arn:aws:iam::111111111111:role/istiod-local    # or: default
 *             domain: ecs.local
 *             regions: [us-east-2]                                 # optional
 *
 * @throws Error for YAML that can't be read, and for an account without a role or a domain.
 */
export function parseMeshConfig(yaml: string | undefined): MeshConfig {
  const document = (yaml === undefined ? {} : ((parse(yaml) as MeshDocument | null) ?? {})) satisfies MeshDocument;
  return {
    trustDomain: (document.trustDomain ?? 'cluster.local').replaceAll('@', '.'),
    rootNamespace: document.rootNamespace ?? 'istio-system',
    ecsAccounts: (document.platforms?.ecs?.accounts ?? []).map(({ role, domain, regions = [] }, index) => {
      if (role === undefined || domain === undefined) {
        throw new Error(`mesh configuration: platforms.ecs.accounts[${index}] needs a role and a domain`);
      }
      return { roleArn: role === ownRole ? undefined : role, domain, regions };
    }),
  };
}
