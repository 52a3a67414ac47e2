/** The host interface that this fabric offers to remotes; it accepts builds of this version and the one before. */
export const API_VERSION: number = 1;
