export { createSandbox, type Profile, Sandbox, type SandboxOptions } from './sandbox.ts';
export type { CommandImage } from './images/command.ts';
export type { AccountProfile } from './instance/directory.ts';
export { type SandboxTarget, targetOf } from './target.ts';
export { AwsError, type Faults } from '@meshbed/aws-server';
