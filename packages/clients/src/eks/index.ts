/** What an EKS cluster is made of. */
export * from './layout.ts';
