export { type SignatureScope, signatureScope } from './scope.ts';
export { signatureMatches } from './verify.ts';
export { formatTimestamp, signatureTime, type TimeVerdict } from './window.ts';
