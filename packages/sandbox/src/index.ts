export { createSandbox, type Profile, Sandbox, type SandboxOptions } from './sandbox.ts';
export type { ImageMeaning } from './catalogue.ts';
export type { CommandImage } from './images/command.ts';
export type { AccountProfile } from './instance/directory.ts';
export type { AccountChoice, AccountChoices } from './instance/keys.ts';
export { registryOf } from './runtime/catalogue.ts';
export { type SandboxTarget, targetOf } from './target.ts';
export { AwsError, type Faults } from '@meshbed/aws-server';
