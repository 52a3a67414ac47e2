import { TestudoError, unwrap } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { own } from '../port/resolve-binding.ts';
import type { Bindings, PortRequest } from '../port/port-api.ts';
import type { AdapterAsk } from '../realm/adapter-ask.ts';
import type { Computing } from './call-computing.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

/** What decides whether a realm may have an adapter elsewhere called, and where that is. */
export interface ElsewhereOptions {
  readonly bindings: Bindings;
  readonly registry: ModelRegistry;
  /** the call under way on whose behalf the realm asks */
  readonly under: PortRequest | undefined;
  /** the realm of a remote, when it is another one than that which asks */
  realmOf(remote: string): RealmSupervisor | undefined;
  /** what computes, for a port with `compute: true` */
  readonly computing: Computing;
}

/**
 * Has an adapter called in another realm: only for a call under way, and only the one that the configuration binds its
 * port to. Callback, keys and writes stay in the model's realm.
 * @throws TestudoError `FORBIDDEN`, `ADAPTER_MISSING`, `REALM_LOST`, and the port's own `PORT_FAILED`, `PORT_TIMEOUT`
 */
export async function callElsewhere(ask: AdapterAsk, options: ElsewhereOptions): Promise<PlainRecord> {
  const { modelName, port, adapter, id, version, fields, args, idempotencyKey } = ask;
  const { bindings, registry, under } = options;
  const name = `${modelName}.${port}`;
  const bound: string | readonly string[] | undefined = own(bindings.adapters, name);
  if (under === undefined || bound === undefined || !(typeof bound === 'string' ? [bound] : bound).includes(adapter)) {
    const must = 'only a call under way may ask for the adapter that the configuration binds its port to';
    throw new TestudoError('FORBIDDEN', `${name} may not have ${adapter} called: ${must}`);
  }
  const { service: needs, compute } = registry.port(modelName, port);
  const service = needs === null ? null : (own(bindings.services, needs) ?? null);
  if (needs !== null && service === null)
    throw new TestudoError('ADAPTER_MISSING', `${name} needs the service ${needs}; bind it in the configuration`);
  const realm = options.realmOf(remoteOf(adapter));
  if (realm === undefined)
    throw new TestudoError('ADAPTER_MISSING', `no build here brings the adapter ${adapter}; load its remote`);
  const { timeoutMs } = under;
  const object = { modelName, id, version, fields };
  const request = { ...object, port, adapter, service, args, idempotencyKey, timeoutMs };
  const api = await realm.ready();
  return unwrap(await (compute ? options.computing.callAdapter(request, realm) : api.callAdapter(request)));
}

function remoteOf(reference: string): string {
  return reference.split('#')[0] ?? '';
}
