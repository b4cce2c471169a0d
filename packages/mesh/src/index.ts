export { pilot } from './istiod/index.ts';
