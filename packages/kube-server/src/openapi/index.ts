export { openapiDocument, openapiIndex } from './document.ts';
export { applySchemaDefaults, pruneUnknown } from './structural.ts';
export { swaggerDocument, swaggerMediaType, swaggerProtobuf } from './swagger/index.ts';
export { schemaProblems } from './validate.ts';
