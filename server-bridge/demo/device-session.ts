import { parseCatalog } from '@testudo/fabric/catalog/catalog';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

/** What a device asks of its server over HTTP. */
export interface DeviceSession {
  readonly cookie: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly config: ShellConfig;
  catalog(): Promise<Catalog>;
  /** the configuration as it is now */
  configuration(): Promise<ShellConfig>;
}

/** Signs in by name. @throws TestudoError `UNAVAILABLE` */
export async function openDeviceSession(server: string, user: string): Promise<DeviceSession> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }) };
  const signedIn = await reach(`${server}/api/session`, init);
  const { roles } = (await signedIn.json()) as { roles: readonly string[] };
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const configuration = async (): Promise<ShellConfig> =>
    (await (await reach(`${server}/config.json`, {})).json()) as ShellConfig;
  const config = await configuration();
  return {
    cookie,
    user,
    roles,
    config,
    configuration,
    catalog: async () => parseCatalog(await (await reach(`${server}/api/catalog`, {})).json()),
  };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
    if (response.ok) return response;
    throw new TestudoError('UNAVAILABLE', `${url} answered ${response.status}`);
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${url} does not answer as a Testudo server does`, { cause });
  }
}
