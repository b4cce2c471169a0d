import type { KubeApi, KubeObject } from '@meshbed/kube-client';
import { Code, GrpcError } from '../grpc/index.ts';
import type { ServiceAccountName } from './service-accounts.ts';

export interface TokenIdentity extends ServiceAccountName {
  /** The pod that the token is bound to. */
  pod: string | undefined;
}

interface TokenReview extends KubeObject {
  spec: { token: string; audiences?: readonly string[] };
  status?: {
    authenticated?: boolean;
    error?: string;
    user?: { username?: string; extra?: Record<string, string[]> };
  };
}

/** The audience of tokens for istiod. */
export const istioAudience = 'istio-ca';

/**
 * Whose service-account token it is, by the TokenReview API.
 * @param audiences one after the other; an empty list accepts tokens for the API server itself (`REQUIRE_3P_TOKEN=false`).
 * @throws GrpcError unauthenticated with the server's reason.
 */
export async function reviewToken(
  api: KubeApi,
  token: string,
  audiences: readonly (readonly string[])[],
): Promise<TokenIdentity> {
  let problem = 'not a service account';
  for (const accepted of audiences) {
    const { status } = await review(api, token, accepted);
    const [, namespace, serviceAccount] =
      /^system:serviceaccount:([^:]+):([^:]+)$/.exec(status?.user?.username ?? '') ?? [];
    if (status?.authenticated && namespace !== undefined && serviceAccount !== undefined) {
      return { namespace, serviceAccount, pod: podOf(token, status.user?.extra) };
    }
    problem = status?.error ?? problem;
  }
  throw new GrpcError(Code.unauthenticated, `service account token: ${problem}`);
}

const review = (api: KubeApi, token: string, audiences: readonly string[]) =>
  api.create<TokenReview>({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: { name: '' },
    spec: { token, ...(audiences.length === 0 ? {} : { audiences }) },
  });

/** From the review, or from the token's own claims, which the review has just found to be genuine. */
function podOf(token: string, extra: Record<string, string[]> = {}): string | undefined {
  const [told] = extra['authentication.kubernetes.io/pod-name'] ?? [];
  return told ?? claimsOf(token)['kubernetes.io']?.pod?.name;
}

function claimsOf(token: string): { 'kubernetes.io'?: { pod?: { name?: string } } } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  } catch {
    return {};
  }
}
