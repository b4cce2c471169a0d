import { readFileSync } from 'node:fs';

/** The CustomResourceDefinitions of the Gateway API kinds that the mesh uses, in YAML. */
export const gatewayApiDocument = (): string => readFileSync(new URL('crds.yaml', import.meta.url), 'utf8');
