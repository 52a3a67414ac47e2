declare const __TESTUDO_BUILD__: string;
declare const __TESTUDO_VARIANT__: string;

/** The build that this code is of; the preset replaces it by a string. */
export const BUILD: string = __TESTUDO_BUILD__;

/** What an order shows of the build that made it: the variant's name where there is one. */
export const builtBy: string = __TESTUDO_VARIANT__ === '' ? BUILD : __TESTUDO_VARIANT__;
