/** Takes the place of Module Federation's descriptions of its errors: the code leads to them. */
export function getShortErrorMsg(code: string, _descriptions: object, args?: object, original = ''): string {
  return `${code}, see https://module-federation.io/guide/troubleshooting: ${JSON.stringify(args)} ${original}`;
}

const none = {};

export { none as buildDescMap, none as errorDescMap, none as runtimeDescMap, none as typeDescMap };
