/** Takes the place of Module Federation's looks at where it runs: in a browser, and nobody debugs it by a storage key. */
export const isBrowserEnvValue = true;

export function isBrowserEnv(): boolean {
  return true;
}

export function isReactNativeEnv(): boolean {
  return false;
}

export function isDebugMode(): boolean {
  return false;
}

export function getProcessEnv(): object {
  return {};
}
