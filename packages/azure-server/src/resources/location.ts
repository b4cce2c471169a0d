import { invalid } from '../errors.ts';
import { findLocation, locations } from '../locations.ts';

/** @throws ArmError LocationRequired, LocationNotAvailableForResourceType */
export function requireLocation({ location }: Record<string, unknown>, type: string): string {
  if (typeof location !== 'string' || location === '')
    throw invalid('LocationRequired', 'The location property is required for this definition.');
  const found = findLocation(location);
  if (found) return found.name;
  throw invalid(
    'LocationNotAvailableForResourceType',
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${locations.map(({ name }) => name).join(',')}'.`,
  );
}
