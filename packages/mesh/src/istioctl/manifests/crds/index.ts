import { readFileSync } from 'node:fs';
import type { Manifest } from '../object.ts';

interface Definition extends Manifest {
  spec: { versions: { schema?: object }[] };
}

/** Istio's kinds, as the release carries them (istio.io/api 1.28.1, Apache-2.0; `scripts/generate-crds.mjs`). */
export function customResourceDefinitions(): Manifest[] {
  const text = readFileSync(new URL('gen/istio-1.28.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as Definition[]).map(withSchemas);
}

/** A version without a schema has that of the first. */
function withSchemas({ spec, ...definition }: Definition): Manifest {
  const [{ schema } = {}] = spec.versions;
  return { ...definition, spec: { ...spec, versions: spec.versions.map((version) => ({ schema, ...version })) } };
}
