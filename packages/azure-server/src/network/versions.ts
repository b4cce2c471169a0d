import type { Versions } from '../arm/provider.ts';

export const networkVersions: Versions = { first: '2018-01-01', last: '2026-12-31' };
