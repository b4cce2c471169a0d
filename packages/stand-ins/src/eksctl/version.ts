/** The eksctl whose results these are. */
export const eksctlVersion = '0.216.0';
export const defaultKubernetesVersion = '1.34';
