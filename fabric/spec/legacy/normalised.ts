import type { ModelSpec } from '../model-spec.ts';

/** An older specification in the canonical shape, still to be checked. */
export interface Normalised {
  readonly spec: ModelSpec;
  /** one sentence that tells what was left out or assumed; `null`: nothing */
  readonly warning: string | null;
}

/**
 * Normalises a specification of the older shape, `null` for any other value; it may itself be loaded when the first build
 * needs it. @param exportName the name under which its module exports it
 */
export type NormaliseLater = (value: unknown, exportName: string) => Promise<Normalised | null>;
