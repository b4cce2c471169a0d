import type { Versions } from '../arm/provider.ts';

export const containerVersions: Versions = { first: '2020-01-01', last: '2026-12-31' };
