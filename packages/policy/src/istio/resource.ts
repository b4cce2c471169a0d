/** `AuthorizationPolicy` of security.istio.io/v1, as far as the translation for ztunnel reads it. */
export interface AuthorizationPolicyObject {
  metadata: { name: string; namespace: string; annotations?: Readonly<Record<string, string>> };
  spec?: AuthorizationPolicySpec;
}

export interface AuthorizationPolicySpec {
  selector?: { matchLabels?: Readonly<Record<string, string>> };
  targetRef?: unknown;
  targetRefs?: readonly unknown[];
  action?: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';
  rules?: readonly PolicyRule[];
}

export interface PolicyRule {
  from?: readonly { source?: Source }[];
  to?: readonly { operation?: Operation }[];
  when?: readonly Condition[];
}

type Values = readonly string[];

export interface Source {
  principals?: Values;
  notPrincipals?: Values;
  namespaces?: Values;
  notNamespaces?: Values;
  serviceAccounts?: Values;
  notServiceAccounts?: Values;
  ipBlocks?: Values;
  notIpBlocks?: Values;
  requestPrincipals?: Values;
  notRequestPrincipals?: Values;
  remoteIpBlocks?: Values;
  notRemoteIpBlocks?: Values;
}

export interface Operation {
  ports?: Values;
  notPorts?: Values;
  hosts?: Values;
  notHosts?: Values;
  methods?: Values;
  notMethods?: Values;
  paths?: Values;
  notPaths?: Values;
}

export interface Condition {
  key: string;
  values?: Values;
  notValues?: Values;
}

/** `PeerAuthentication` of security.istio.io/v1, as far as ztunnel is concerned. */
export interface PeerAuthenticationObject {
  metadata: { name: string; namespace?: string; creationTimestamp?: string };
  spec?: {
    selector?: { matchLabels?: Readonly<Record<string, string>> };
    mtls?: { mode?: 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT' };
  };
}
