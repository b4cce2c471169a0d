export { createDefaultVpc } from './default-vpc.ts';
export { inventory, type InventoryItem } from './inventory.ts';
export { emptyEcsCluster, findEcsCluster, resetAccount } from './reset.ts';
export { killTasks, type TaskChoice } from './tasks.ts';
