export interface Location {
  /** `eastus` */
  name: string;
  /** `East US` */
  displayName: string;
  /** With availability zones 1, 2 and 3. */
  zones: boolean;
}

const location = (displayName: string, zones: boolean): Location => ({
  name: displayName.toLowerCase().replaceAll(' ', ''),
  displayName,
  zones,
});

/** Regions of Azure's public cloud that have AKS. */
export const locations: readonly Location[] = [
  ...[
    'East US', 'East US 2', 'Central US', 'South Central US', 'West US 2', 'West US 3', 'Canada Central', 'Brazil South',
    'North Europe', 'West Europe', 'UK South', 'France Central', 'Germany West Central', 'Switzerland North',
    'Norway East', 'Sweden Central', 'Poland Central', 'Italy North', 'Spain Central', 'UAE North', 'Qatar Central',
    'Israel Central', 'South Africa North', 'Central India', 'Southeast Asia', 'East Asia', 'Japan East', 'Japan West',
    'Korea Central', 'Australia East', 'New Zealand North', 'Mexico Central',
  ].map((name) => location(name, true)),
  ...[
    'West US', 'North Central US', 'West Central US', 'Canada East', 'UK West', 'South India', 'Korea South',
    'Australia Southeast', 'Australia Central',
  ].map((name) => location(name, false)),
]; // prettier-ignore

/** `eastus` of `East US`, as Azure compares them. */
export const canonicalLocation = (given: string): string => given.toLowerCase().replaceAll(' ', '');

export const findLocation = (given: string): Location | undefined =>
  locations.find(({ name }) => name === canonicalLocation(given));
