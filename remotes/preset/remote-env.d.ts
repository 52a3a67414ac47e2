/** The build id of the remote that this code was built into; the preset replaces it by a string. */
declare const __TESTUDO_BUILD__: string;
/** The variant that this build was made as; '' unless `npm run build -- --variant <name>` asked for one. */
declare const __TESTUDO_VARIANT__: string;
