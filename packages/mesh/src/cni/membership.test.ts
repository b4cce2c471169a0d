import { expect, test } from 'vitest';
import type { Pod } from '../istiod/objects.ts';
import { isAmbient } from './membership.ts';

const mode = 'istio.io/dataplane-mode';
const ambient = { [mode]: 'ambient' };

interface Case {
  pod?: Partial<Pod['metadata']>;
  spec?: Partial<Pod['spec']>;
  phase?: string;
  namespace?: Record<string, string>;
}

const cases: [string, Case, boolean][] = [
  ['an ambient namespace', { namespace: ambient }, true],
  ['no label anywhere', {}, false],
  ['its own label', { pod: { labels: ambient } }, true],
  ['its own label against the namespace', { pod: { labels: { [mode]: 'none' } }, namespace: ambient }, false],
  ["the node's network", { spec: { hostNetwork: true }, namespace: ambient }, false],
  ['a sidecar', { pod: { annotations: { 'sidecar.istio.io/status': '{}' } }, namespace: ambient }, false],
  ['an end', { phase: 'Succeeded', namespace: ambient }, false],
];

test.each(cases)(
  'a pod with %s: in the mesh %#',
  (_, { pod = {}, spec = {}, phase = 'Running', namespace = {} }, expected) => {
    const subject: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...pod }, spec, status: { phase } };
    const around = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels: namespace } };
    expect(isAmbient(subject, around)).toBe(expected);
  },
);
