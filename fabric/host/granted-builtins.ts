import type { Sidecar } from '../catalog/sidecar.ts';
import { TestudoError } from '../error.ts';
import type { HostConfiguration, HostOptions } from './host-options.ts';

/** The platform's built-ins that a build both asks for (sidecar) and is granted (host configuration). */
export function grantedBuiltins(
  { name, capabilities }: Sidecar,
  { grants }: Pick<HostConfiguration, 'grants'>,
): readonly string[] {
  return (capabilities.builtins ?? []).filter((builtin) => (grants[name] ?? []).includes(builtin));
}

/** @throws TestudoError `CAPABILITY_DENIED` for a build that asks for built-ins which it does not get here */
export function demandBuiltins(
  sidecar: Sidecar,
  { configuration, runtime }: Pick<HostOptions, 'configuration' | 'runtime'>,
): readonly string[] {
  const { name, capabilities } = sidecar;
  const [first] = capabilities.builtins ?? [];
  if (first !== undefined && runtime === 'browser')
    throw new TestudoError('CAPABILITY_DENIED', `${name} asks for ${first}: a browser has none; place it on a server`);
  const granted = grantedBuiltins(sidecar, configuration);
  const missing = (capabilities.builtins ?? []).find((builtin) => !granted.includes(builtin));
  if (missing === undefined) return granted;
  throw new TestudoError(
    'CAPABILITY_DENIED',
    `${name} asks for ${missing}; grant it in the configuration: grants["${name}"]`,
  );
}
