import { invalid } from '../errors.ts';
import type { Versions } from './provider.ts';

const form = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** @throws ArmError in the words of the real service */
export function checkVersion(version: string | null, type: string, { first, last }: Versions): string {
  if (!version) {
    throw invalid(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (form.test(version) && version >= first && version <= last) return version;
  const supported = `The supported api-versions are those from '${first}' to '${last}' without '-preview'.`;
  if (!/^\d{4}-\d\d-\d\d(-preview)?$/.test(version))
    throw invalid('InvalidApiVersionParameter', `The api-version '${version}' is invalid. ${supported}`);
  throw invalid(
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${version}' for type '${type}'. ${supported}`,
  );
}
