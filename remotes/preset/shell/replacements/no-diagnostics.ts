/** Takes the place of a description of the instance that only a development server would read. */
export function optionsToMFContext(): undefined {
  return undefined;
}
