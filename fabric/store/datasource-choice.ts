import type { Datasource } from './datasource.ts';

/** What a store is kept in. */
export type DatasourceKind = Datasource['kind'];

/** The stores of a host besides its own, and the models that are kept in them. */
export interface OtherDatasources {
  /**
   * A store of a kind: the same one at each call where it outlives its host.
   * @param use `find`: only if there is one from before
   * @returns `undefined` where this host has none
   */
  open(kind: DatasourceKind, use: 'make' | 'find'): Promise<Datasource | undefined>;
  /** model -> kind; goes before what the model itself asks for */
  readonly chosen: { readonly [modelName: string]: DatasourceKind };
  /** Closes those that were opened. */
  close(): Promise<void>;
}
