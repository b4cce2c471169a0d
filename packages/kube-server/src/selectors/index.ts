export { parseFieldSelector } from './fields.ts';
export { formatSelector, matchesSelector, parseLabelSelector } from './labels.ts';
