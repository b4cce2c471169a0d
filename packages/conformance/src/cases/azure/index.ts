import { az } from '../../clients/az.ts';
import type { Case } from '../../case.ts';
import { azCases } from './az.ts';

/** Azure: the installed CLI. Its SDK clients are tested beside the server. */
export const azureCases: readonly Case[] = azCases.map((each) => ({ ...each, client: az }));
