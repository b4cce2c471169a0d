export { pilot } from './pilot.ts';
