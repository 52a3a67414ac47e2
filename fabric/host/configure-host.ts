/** What a host needs when its configuration changes, and only then: a browser loads it at that time. */
export { checkParts } from './check-parts.ts';
export { withOverrides } from './port-overrides.ts';
