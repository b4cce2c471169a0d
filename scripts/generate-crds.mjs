// Writes CustomResourceDefinitions as the JSON that we ship: node scripts/generate-crds.mjs TARGET.json FILE.yaml…
// Sources (Apache-2.0): the Go modules istio.io/api (kubernetes/customresourcedefinitions.gen.yaml) and
// sigs.k8s.io/gateway-api (config/crd/standard), from `go mod download`. A version that has no schema in the result has
// that of the first one: upstream repeats it.
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

const [target, ...sources] = process.argv.slice(2);
const documents = sources.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((each) => each.toJS()));
const definitions = documents
  .filter((each) => each?.kind === 'CustomResourceDefinition')
  .map(({ status: _status, ...each }) => ({
    ...each,
    spec: { ...each.spec, versions: withoutRepeats(each.spec.versions) },
  }));

function withoutRepeats(versions) {
  return versions.map(({ schema, ...version }, index) => {
    const repeats = index > 0 && isDeepStrictEqual(schema, versions[0].schema);
    return repeats ? version : { ...version, schema };
  });
}

writeFileSync(target, `[\n${definitions.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
