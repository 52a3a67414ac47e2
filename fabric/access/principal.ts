/** Who asks. Made by authentication at a door, never taken from input. */
export interface Principal {
  readonly user: string;
  readonly roles: readonly string[];
  readonly tenant: string;
}

/** Nobody in particular: what an unauthenticated caller is. */
export const anonymous: Principal = { user: '', roles: [], tenant: 'main' };
