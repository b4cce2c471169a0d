/** istioctl: the command that the user (or the sandbox) names, run with captured output. */
export { createIstioctl, type Istioctl, type IstioctlOptions, type IstioctlRun, type RunOptions } from './istioctl.ts';
