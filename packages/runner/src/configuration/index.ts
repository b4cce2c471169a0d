/** What a user may choose, and where it is read from. */
export { formatOf, loadConfiguration, type FileFormat, type Loaded, type LoadOptions } from './load.ts';
export { names } from './names.ts';
export type { Machine } from './read/reading.ts';
export { defaultConfiguration, type Resolved, type Values } from './resolve.ts';
export { describeOrigin, type AccountSettings, type Configuration, type ImageMeaning, type Origin } from './types.ts';
