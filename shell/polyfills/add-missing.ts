/** Gives an object the properties of another that it does not have, each as the language itself would define it. */
export function addMissing(target: object, properties: object): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(properties))) {
    if (!(name in target)) Object.defineProperty(target, name, { ...descriptor, enumerable: false });
  }
}
