export { mediaType, parseBody, readBody, unsupportedMediaType } from './body.ts';
export { checkFields, type DecodingProblems } from './fields.ts';
export { decodeProtobuf } from './protobuf.ts';
