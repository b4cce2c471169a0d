/** The root of the mesh and the intermediates of its clusters, kept as files of their own. */
export { CertificateFolder, type CertificateFiles, type Holder } from './files.ts';
export { intermediateProblem, rootProblem } from './fit.ts';
export { makeIntermediate, makeRoot } from './make.ts';
