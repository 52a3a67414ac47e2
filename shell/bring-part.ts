import type { normalise } from '@testudo/fabric/spec/legacy/normalise';
import type { OpenResident } from '@testudo/fabric/realm/resident-models';
import type { LoadWasm } from '@testudo/fabric/realm/wasm/wasm-api';

/** The parts of the realm's program that it loads when the first build needs them, each a file of the shell. */
export interface RealmParts {
  readonly 'realm-residents': { readonly openResident: OpenResident };
  readonly 'realm-legacy': { readonly normalise: typeof normalise };
  readonly 'realm-wasm': { readonly loadWasm: LoadWasm };
}

/** The name under which a part's script finds the way to the program while it runs. */
export const partDoor = '__TESTUDO_REALM_PART__';

/** Hands a part over to the program that asked for it. Called by the part's own script. */
export function bringPart<Name extends keyof RealmParts>(part: RealmParts[Name]): void {
  const { [partDoor]: enter } = globalThis as unknown as { readonly [partDoor]: (part: unknown) => void };
  enter(part);
}
