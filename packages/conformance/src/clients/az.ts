import { program, type Client } from './client.ts';

/** Too large for CI (660 MB): run it where it is installed. */
export const az: Client = {
  name: 'az',
  inCi: false,
  install: 'apt-get install azure-cli',
  find: () => program('az', ['--version'], /azure-cli\s+(\d+\.\d+\.\d+)/),
};
