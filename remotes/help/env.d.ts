/** The build id of this remote; the preset replaces it by a string. */
declare const __TESTUDO_BUILD__: string;
declare module '*.css';
