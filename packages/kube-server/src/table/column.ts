import type { KubeObject } from '../objects/index.ts';

export interface Column<T extends KubeObject = KubeObject> {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** Shown only with `-o wide`. */
  wide: boolean;
  description?: string;
  cell: (object: T, nowMs: number) => unknown;
}

export type Columns = readonly Column[];

/** Builders for one kind's columns. */
export const columnsOf = <T extends KubeObject>() => ({
  text: (name: string, cell: Column<T>['cell']): Column<T> => ({ name, type: 'string', wide: false, cell }),
  number: (name: string, cell: Column<T>['cell']): Column<T> => ({ name, type: 'integer', wide: false, cell }),
  wide: (name: string, cell: Column<T>['cell']): Column<T> => ({ name, type: 'string', wide: true, cell }),
});
