/** Who a ztunnel is, and which identities it may have. */
import type { IncomingHttpHeaders } from 'node:http2';
import { Code, GrpcError } from '../grpc/index.ts';
import { boundTo, identityScheme, type ServiceAccountName, spiffeOf } from '../identity/index.ts';
import type { KubeObject } from '@meshbed/kube-client';
import type { Node } from '../proto/gen/envoy/node_pb.ts';
import type { Pod } from './objects.ts';

/** A caller whose credentials were checked. */
export type Caller =
  | ({ kind: 'service-account'; pod: string | undefined } & ServiceAccountName)
  | { kind: 'role'; roleArn: string; accounts: readonly ServiceAccountName[] };

export interface AuthenticationOptions {
  trustDomain: string;
  /** Service accounts that may ask in the name of pods on their node, `namespace/name`. */
  nodeAgents: readonly string[];
  reviewToken: (token: string) => Promise<ServiceAccountName & { pod: string | undefined }>;
  /** The role of who signed an `aws-iam` authorization. */
  verifyIdentity: (authorization: string) => Promise<string>;
  serviceAccounts: () => Iterable<KubeObject>;
  pods: () => Iterable<Pod>;
}

const unauthenticated = (message: string) => new GrpcError(Code.unauthenticated, message);
const denied = (message: string) => new GrpcError(Code.permissionDenied, message);
const nameOf = ({ namespace, serviceAccount }: ServiceAccountName) => `${namespace}/${serviceAccount}`;

export class Authentication {
  readonly #options: AuthenticationOptions;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** @throws GrpcError unauthenticated. */
  async authenticate({ authorization = '' }: IncomingHttpHeaders): Promise<Caller> {
    const [scheme = '', credentials = ''] = authorization.split(' ');
    if (scheme === identityScheme) return this.#role(authorization);
    if (scheme !== 'Bearer' || credentials === '') {
      throw unauthenticated('no credentials: neither a service account token nor a signed AWS identity');
    }
    return { kind: 'service-account', ...(await this.#options.reviewToken(credentials)) };
  }

  async #role(authorization: string): Promise<Caller> {
    const roleArn = await this.#options.verifyIdentity(authorization);
    const accounts = boundTo(roleArn, this.#options.serviceAccounts());
    if (accounts.length === 0) {
      throw unauthenticated(
        `role ${roleArn} is not bound to any service account: annotate one with ecs.solo.io/role-arn or eks.amazonaws.com/role-arn`,
      );
    }
    return { kind: 'role', roleArn, accounts };
  }

  /** The node of a stream must be the caller's. @throws GrpcError */
  async admit(headers: IncomingHttpHeaders, node: Node | undefined): Promise<void> {
    const caller = await this.authenticate(headers);
    const { namespace, serviceAccount } = claimsOf(node);
    const own = caller.kind === 'role' ? caller.accounts : [caller];
    const matching = own.filter(
      (account) =>
        account.namespace === namespace && (serviceAccount === undefined || account.serviceAccount === serviceAccount),
    );
    if (matching.length > 0) return;
    const claimed = `${namespace}${serviceAccount === undefined ? '' : `/${serviceAccount}`}`;
    throw unauthenticated(`node ${node?.id ?? ''} claims ${claimed}, but the caller is ${own.map(nameOf).join(', ')}`);
  }

  /**
   * The identity for a certificate. A node agent gets those of pods on its node; a task gets one of its role's service
   * accounts, the one it asks for when there are several. What a request says about names is otherwise not looked at.
   * @throws GrpcError
   */
  async identify(headers: IncomingHttpHeaders, impersonated: string | undefined): Promise<string> {
    const caller = await this.authenticate(headers);
    if (caller.kind === 'role') return this.#ofRole(caller, impersonated);
    const own = spiffeOf(this.#options.trustDomain, caller);
    if (impersonated === undefined || impersonated === own) return own;
    return this.#ofPodOnNode(caller, impersonated);
  }

  #ofRole({ roleArn, accounts }: Caller & { kind: 'role' }, wanted: string | undefined): string {
    const allowed = accounts.map((account) => spiffeOf(this.#options.trustDomain, account));
    const [only] = allowed;
    if (wanted === undefined && only !== undefined && allowed.length === 1) return only;
    if (wanted !== undefined && allowed.includes(wanted)) return wanted;
    const asked = wanted === undefined ? 'none was asked for' : `not ${wanted}`;
    throw denied(`role ${roleArn} may be ${allowed.join(' or ')}, ${asked}`);
  }

  #ofPodOnNode(caller: Caller & { kind: 'service-account' }, wanted: string): string {
    const { nodeAgents, pods, trustDomain } = this.#options;
    if (!nodeAgents.includes(nameOf(caller))) throw denied(`${nameOf(caller)} may not ask for ${wanted}`);
    const all = [...pods()];
    const node = all.find(({ metadata }) => metadata.namespace === caller.namespace && metadata.name === caller.pod)
      ?.spec.nodeName;
    if (node === undefined)
      throw denied(`the node of ${nameOf(caller)} is not known: its token names pod ${caller.pod ?? '(none)'}`);
    const present = all.some(({ metadata: { namespace = '' }, spec }) => {
      const account = { namespace, serviceAccount: spec.serviceAccountName ?? 'default' };
      return spec.nodeName === node && spiffeOf(trustDomain, account) === wanted;
    });
    if (!present) throw denied(`no pod of ${wanted} runs on node ${node}`);
    return wanted;
  }
}

/** From the metadata, else from the id: `ztunnel~IP~POD.NAMESPACE~NAMESPACE.svc.cluster.local`. */
function claimsOf(node: Node | undefined): { namespace: string; serviceAccount: string | undefined } {
  const { NAMESPACE: namespace, SERVICE_ACCOUNT: serviceAccount } = node?.metadata ?? {};
  const fromId = node?.id.split('~')[3]?.split('.')[0] ?? '';
  return {
    namespace: typeof namespace === 'string' ? namespace : fromId,
    serviceAccount: typeof serviceAccount === 'string' ? serviceAccount : undefined,
  };
}
