import { type Client, program } from './client.ts';

export const aws: Client = {
  name: 'aws',
  inCi: true,
  install: 'apt-get install awscli',
  find: () => program('aws', ['--version'], /aws-cli\/(\S+)/),
};
