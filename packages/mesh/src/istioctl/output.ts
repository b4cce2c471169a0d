import { MeshbedError } from '@meshbed/core';
import { stringify } from 'yaml';

/**
 * `-o json` and `-o yaml`; undefined for the text, which is the default and has names of its own.
 * @throws MeshbedError `user/argument`
 */
export function rendered(
  value: unknown,
  format: string | undefined,
  text: readonly string[] = ['short'],
): string | undefined {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  if (format === 'yaml') return stringify(value);
  if (format === undefined || text.includes(format)) return undefined;
  throw new MeshbedError('user/argument', `output format ${JSON.stringify(format)} not supported`, {
    next: `choose one of: ${[...text, 'json', 'yaml'].join(', ')}`,
  });
}
