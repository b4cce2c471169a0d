export { aggregatedDiscovery } from './aggregated.ts';
export { coreVersions, groupDescription, groupList, resourceList } from './legacy.ts';
