export { type ApplyOptions, serverSideApply } from './apply.ts';
export { jsonPatch } from './json-patch.ts';
export { trackUpdate, type Writer } from './managers.ts';
export { mergePatch } from './merge.ts';
export { strategicMerge } from './strategic.ts';
export { builtinStructure, customStructure, mergeKeyOf, type Structure } from './structure.ts';
