import type { Answer } from './arm/call.ts';

/** What `az cloud register` reads: where the parts of this cloud are. An authority that ends in /adfs needs no discovery. */
export function cloudMetadata(url: string): Answer {
  return {
    status: 200,
    body: {
      galleryEndpoint: `${url}/`,
      graphEndpoint: `${url}/graph`,
      portalEndpoint: `${url}/portal`,
      authentication: { loginEndpoint: `${url}/adfs`, audiences: ['https://management.core.windows.net/'] },
    },
  };
}
