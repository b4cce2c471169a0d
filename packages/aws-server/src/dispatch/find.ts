import { AwsError } from '../errors.ts';
import type { Operation, Service } from '../service.ts';
import type { SignatureScope } from '../signature/index.ts';
import type { Protocol, WireRequest } from '../wire/index.ts';

/** Which service a request is for, and which of its operations. */
export interface Found {
  protocol: Protocol;
  service: Service | undefined;
  operation: Operation | undefined;
  labels: Readonly<Record<string, string>>;
  /** How the request names the operation. */
  action: string;
}

/** Tells services apart without host names: by target prefix, API version or credential scope. */
export class Directory {
  readonly #services: readonly Service[];

  constructor(services: readonly Service[]) {
    this.#services = services;
  }

  named(name: string): Service | undefined {
    return this.#services.find((service) => service.name === name);
  }

  find(request: WireRequest, scope: SignatureScope | undefined): Found {
    const target = request.headers['x-amz-target'];
    if (target !== undefined) return this.#byTarget(target);
    const action = request.query.get('Action');
    if (action !== null) return this.#byVersion(action, request.query.get('Version'));
    return this.#byPath(request, scope);
  }

  #byTarget(header: string): Found {
    // Some services have dots in their own part: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents
    const [, target, action = ''] = /^(.*)\.([^.]*)$/.exec(header) ?? [];
    const service = this.#services.find((candidate) => candidate.target === target);
    return { protocol: 'json', service, operation: service?.operation(action), labels: {}, action };
  }

  #byVersion(action: string, version: string | null): Found {
    const service = this.#services.find(
      ({ protocol, version: known }) => (protocol === 'ec2' || protocol === 'query') && known === version,
    );
    const protocol = service?.protocol ?? 'query';
    return { protocol, service, operation: service?.operation(action), labels: {}, action };
  }

  #byPath({ method, path }: WireRequest, scope: SignatureScope | undefined): Found {
    const action = `${method} ${path}`;
    const service = this.#services.find(
      ({ protocol, scope: known }) => protocol === 'rest' && known === scope?.service,
    );
    for (const operation of service?.operations() ?? []) {
      const labels = operation.matcher?.(method, path);
      if (labels) return { protocol: 'rest', service, operation, labels, action };
    }
    const protocol = restXml.has(scope?.service ?? '') ? 'query' : 'rest';
    return { protocol, service, operation: undefined, labels: {}, action };
  }
}

/** Their clients read errors in XML; none of them is served. */
const restXml: ReadonlySet<string> = new Set(['s3', 's3-control', 'route53', 'cloudfront']);

/** Never a server error: clients would try those again. */
export function notImplemented({ protocol, service, action }: Found, scope: SignatureScope | undefined): AwsError {
  const name = protocol === 'ec2' || protocol === 'query' ? 'InvalidAction' : 'UnknownOperationException';
  const where = service?.name ?? scope?.service ?? 'an unknown service';
  return new AwsError(name, `The operation ${action} of ${where} is not implemented by this sandbox.`);
}
