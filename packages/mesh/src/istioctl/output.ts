import { MeshbedError } from '@meshbed/core';
import { stringify } from 'yaml';

/** `-o json` and `-o yaml`; undefined for the table. @throws MeshbedError `user/argument` */
export function rendered(value: unknown, format: string | undefined): string | undefined {
  switch (format) {
    case 'json':
      return `${JSON.stringify(value, null, 2)}\n`;
    case 'yaml':
      return stringify(value);
    case undefined:
    case 'short':
      return undefined;
    default:
      throw new MeshbedError('user/argument', `output format ${JSON.stringify(format)} not supported`, {
        next: 'choose one of: short, json, yaml',
      });
  }
}
