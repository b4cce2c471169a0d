export { openapiDocument, openapiIndex } from './document.ts';
export { applySchemaDefaults, pruneUnknown } from './structural.ts';
export { schemaProblems } from './validate.ts';
