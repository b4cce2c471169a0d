/** Of the Resource Manager's APIs. */
export const apiVersion = {
  subscriptions: '2022-12-01',
  resources: '2021-04-01',
  containerService: '2025-05-01',
  network: '2024-05-01',
  compute: '2024-07-01',
  skus: '2021-07-01',
} as const;
