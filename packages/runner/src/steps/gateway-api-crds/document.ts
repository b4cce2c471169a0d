import { readFileSync } from 'node:fs';
import type { Manifest } from '@meshbed/clients/kube';
import { stringify } from 'yaml';

interface Definition extends Manifest {
  spec: { versions: { schema?: object }[] };
}

/** sigs.k8s.io/gateway-api v1.4.0 (Apache-2.0; `scripts/generate-crds.mjs`): versions without a schema have that of the first. */
export function gatewayApi(): Manifest[] {
  const text = readFileSync(new URL('gen/gateway-api-1.4.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as Definition[]).map(({ spec, ...definition }) => {
    const [{ schema } = {}] = spec.versions;
    return { ...definition, spec: { ...spec, versions: spec.versions.map((version) => ({ schema, ...version })) } };
  });
}

/** The same as one document for `kubectl apply -f`, in YAML: of JSON kubectl expects no `---` between objects. */
export const gatewayApiDocument = (): string =>
  gatewayApi()
    .map((definition) => stringify(definition, { aliasDuplicateObjects: false }))
    .join('---\n');
