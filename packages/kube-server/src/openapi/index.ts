export { openapiDocument, openapiIndex } from './document.ts';
export { applySchemaDefaults, pruneUnknown } from './structural.ts';
export { hasRules, loadRules, ruleProblems, unsupportedRules } from './rules/index.ts';
export { swaggerDocument, swaggerMediaType, swaggerProtobuf } from './swagger/index.ts';
export { schemaProblems } from './validate.ts';
