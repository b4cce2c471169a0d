import { apiAudience } from '../../auth/index.ts';
import { ApiError, timestamp } from '../../store/index.ts';
import type { Exchange } from '../exchange.ts';
import { sendJson } from '../respond.ts';
import { existing } from '../verbs/read.ts';
import { bodyOf } from '../verbs/write.ts';

interface TokenRequestBody {
  spec?: {
    audiences?: string[];
    expirationSeconds?: number;
    boundObjectRef?: { kind?: string; name?: string; uid?: string };
  };
}

const shortestSeconds = 600;

/** `TokenRequest`: a JWT of the service account, for the API server unless other audiences are asked for. */
export async function token(exchange: Exchange): Promise<void> {
  const { cluster, response } = exchange;
  const { spec = {} } = ((await bodyOf(exchange)) ?? {}) as TokenRequestBody;
  const { metadata } = existing(exchange);
  const { namespace = '', name } = metadata;
  const audiences = spec.audiences?.length ? spec.audiences : [apiAudience];
  const expirationSeconds = spec.expirationSeconds ?? 3600;
  if (expirationSeconds < shortestSeconds) throw tooShort(name, expirationSeconds);
  const pod = boundPod(exchange, spec.boundObjectRef);
  const ttlMs = expirationSeconds * 1000;
  const issued = cluster.issueToken({ namespace, serviceAccount: name, audiences, ttlMs, ...(pod ? { pod } : {}) });
  sendJson(response, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(cluster.clock.now()) },
    spec: { ...spec, audiences, expirationSeconds },
    status: { token: issued, expirationTimestamp: timestamp(cluster.clock.now() + ttlMs) },
  });
}

function tooShort(name: string, seconds: number): ApiError {
  const problem = `spec.expirationSeconds: Invalid value: ${seconds}: may not specify a duration less than 10 minutes`;
  return new ApiError('Invalid', `TokenRequest.authentication.k8s.io "${name}" is invalid: ${problem}`);
}

type BoundObject = NonNullable<TokenRequestBody['spec']>['boundObjectRef'];

function boundPod({ cluster, target }: Exchange, bound: BoundObject): { name: string; uid: string } | undefined {
  if (!bound) return undefined;
  const { kind, name = '', uid } = bound;
  if (kind !== 'Pod') throw new ApiError('BadRequest', `cannot bind a token to ${kind}: only pods are supported`);
  const pod = cluster.store.get('pods', target.namespace, name);
  if (!pod) throw new ApiError('NotFound', `pods "${name}" not found`, { name, kind: 'pods' });
  if (uid && uid !== pod.metadata.uid) {
    const message = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw new ApiError('Conflict', `Operation cannot be fulfilled on pods "${name}": ${message}`);
  }
  return { name, uid: pod.metadata.uid };
}
