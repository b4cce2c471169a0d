import {
  type AccessRequest,
  type AwsPrincipal,
  type ContextValue,
  identityArn,
  isAwsPrincipal,
  ownerOf,
} from './request.ts';

/** Condition keys of one request; keys compare without case. */
export class RequestContext {
  readonly #values = new Map<string, readonly string[]>();

  constructor(request: AccessRequest) {
    const all = { ...principalKeys(request), ...resourceKeys(request), ...request.context };
    for (const [key, value] of Object.entries(all)) this.#values.set(key.toLowerCase(), texts(value));
  }

  /** Undefined when the request does not have the key. */
  get(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase());
  }
}

const texts = (value: ContextValue): readonly string[] => (typeof value === 'object' ? value : [String(value)]);

function principalKeys({ principal }: AccessRequest): Record<string, ContextValue> {
  if (!isAwsPrincipal(principal)) {
    return 'service' in principal
      ? { 'aws:PrincipalIsAWSService': true, 'aws:PrincipalServiceName': principal.service }
      : { 'aws:FederatedProvider': principal.federated };
  }
  const tags = Object.entries(principal.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    'aws:PrincipalArn': identityArn(principal),
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalIsAWSService': false,
    ...typeKeys(principal),
    ...(principal.id === undefined ? {} : { 'aws:userid': principal.id }),
    ...(Object.fromEntries(tags) as Record<string, string>),
  };
}

function typeKeys({ arn }: AwsPrincipal): Record<string, ContextValue> {
  const [, user] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (user !== undefined) return { 'aws:PrincipalType': 'User', 'aws:username': user };
  if (arn.includes(':assumed-role/')) return { 'aws:PrincipalType': 'AssumedRole' };
  return arn.endsWith(':root') ? { 'aws:PrincipalType': 'Account' } : {};
}

function resourceKeys(request: AccessRequest): Record<string, ContextValue> {
  const owner = ownerOf(request);
  return owner === undefined ? {} : { 'aws:ResourceAccount': owner };
}
