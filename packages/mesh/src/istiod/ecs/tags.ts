import { messageOf } from '@meshbed/core';
import type { ServiceEntryPort } from '../objects.ts';
import { parsePorts } from './ports.ts';

/** What the tags of a service say; undefined where there is no tag or a malformed one. */
export interface TagSettings {
  hostname: string | undefined;
  namespace: string | undefined;
  serviceAccount: string | undefined;
  ports: ServiceEntryPort[] | undefined;
  /** Other tags that are valid Kubernetes labels. */
  labels: Record<string, string>;
  /** Malformed tags, each with its reason: they are skipped, never fatal. */
  problems: string[];
}

const prefix = 'ecs.solo.io/';
const dnsLabel = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsName = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*$/;
const labelName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const matching = (pattern: RegExp, what: string) => (value: string) => {
  if (!pattern.test(value)) throw new Error(`"${value}" is not ${what}`);
  return value;
};

const readers = {
  hostname: matching(dnsName, 'a host name'),
  namespace: matching(dnsLabel, 'a namespace'),
  serviceAccount: matching(dnsName, 'the name of a service account'),
  ports: parsePorts,
};

/** A label key is an optional DNS prefix and a name; a value is empty or a name. */
function isLabel(key: string, value: string): boolean {
  const [name = '', domain, ...rest] = key.split('/').toReversed();
  const validKey = labelName.test(name) && (domain === undefined || dnsName.test(domain)) && rest.length === 0;
  return validKey && (value === '' || labelName.test(value));
}

export function readTags(tags: ReadonlyMap<string, string>): TagSettings {
  const problems: string[] = [];
  const read = <T>(name: string, reader: (value: string) => T): T | undefined => {
    const value = tags.get(`${prefix}${name}`);
    if (value === undefined) return undefined;
    try {
      return reader(value);
    } catch (error) {
      problems.push(`tag ${prefix}${name}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const others = [...tags].filter(([key, value]) => !key.startsWith(prefix) && isLabel(key, value));
  return {
    hostname: read('hostname', readers.hostname),
    namespace: read('namespace', readers.namespace),
    serviceAccount: read('service-account', readers.serviceAccount),
    ports: read('ports', readers.ports),
    labels: Object.fromEntries(others),
    problems,
  };
}
