/** A connection as the destination's ztunnel sees it. */
export interface Connection {
  /** Of the TLS peer, `spiffe://trust-domain/ns/NAMESPACE/sa/ACCOUNT`; undefined for plain text. */
  sourceIdentity: string | undefined;
  sourceIp: string;
  destinationIp: string;
  /** The port of the application, not of the service, and never 15008. */
  destinationPort: number;
}

/** The peer's properties that policies speak of. */
export interface ConnectionPeer {
  /** The identity without `spiffe://`. */
  principal: string;
  namespace: string;
  serviceAccount: string;
}

const spiffe = /^spiffe:\/\/([^/]+\/ns\/([^/]+)\/sa\/([^/]+))$/;

/** Undefined for a plain-text peer, and for an identity that is not of Istio's form. */
export function peerOf({ sourceIdentity }: Connection): ConnectionPeer | undefined {
  const [, principal = '', namespace = '', serviceAccount = ''] = spiffe.exec(sourceIdentity ?? '') ?? [];
  return principal === '' ? undefined : { principal, namespace, serviceAccount };
}
