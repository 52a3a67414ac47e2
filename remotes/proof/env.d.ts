/** The build id of this remote; the preset replaces it by a string. */
declare const __TESTUDO_BUILD__: string;
/** The variant that this build was made as; '' for the usual one. */
declare const __TESTUDO_VARIANT__: string;
declare module '*.css';
