/**
 * Name of the shared lock that a page holds for as long as it runs a build, followed by the build's global: the host
 * worker sweeps no bucket of a build that a page still runs.
 */
export const buildLockPrefix = 'testudo-runs-';
