/** What a user may choose, and where it is read from. */
export { exampleOf, shellFile, yamlFile, type Written } from './documents/example.ts';
export { reference } from './documents/reference.ts';
export { configurationSchema } from './documents/schema.ts';
export { shownAsJson, shownAsYaml, shownWithOrigins } from './documents/show.ts';
export { formatOf, loadConfiguration, type FileFormat, type Loaded, type LoadOptions } from './load.ts';
export { names } from './names.ts';
export type { Machine } from './read/reading.ts';
export { defaultConfiguration, type Resolved, type Values } from './resolve.ts';
export { describeOrigin, type AccountSettings, type Configuration, type ImageMeaning, type Origin } from './types.ts';
