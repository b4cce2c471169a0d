import { stages as aws } from '@meshbed/aws-server/transitions';
import { stages as azure } from '@meshbed/azure-server/transitions';
import type { Stages } from '@meshbed/core';

/** How long what the sandbox imitates takes in the clouds. Loads nothing else of the sandbox. */
export const stages: Stages = { ...aws, ...azure };
