import type { Host } from '@testudo/fabric/host/host-api';

import type { CatalogService } from '../catalog/catalog-service.ts';
import type { ConfigurationService } from '../configure/configuration-service.ts';
import type { Configuration } from '../configuration.ts';
import type { DemoControl } from '../demo-control.ts';
import type { Door } from './door.ts';
import type { Sessions } from './sessions.ts';

/** The document of `GET /health`. */
export interface Health {
  readonly status: 'ok';
  readonly pid: number;
  readonly uptimeMs: number;
  readonly node: string;
  readonly mode: Configuration['mode'];
  /** open mesh connections */
  readonly sockets: number;
  /** mesh connections opened and closed since the start */
  readonly opened: number;
  readonly closed: number;
  /** of the catalogue */
  readonly revision: number;
}

/** What the HTTP routes are made of. */
export interface AppServices {
  readonly configuration: Configuration;
  readonly door: Door;
  readonly sessions: Sessions;
  readonly host: Pick<
    Host,
    'write' | 'call' | 'route' | 'find' | 'list' | 'count' | 'history' | 'present' | 'modelOf' | 'models' | 'inspect'
  >;
  readonly catalog: CatalogService;
  /** the configuration that changes while the server runs */
  readonly live: ConfigurationService;
  /** what a deployer must present as bearer token */
  readonly token: string;
  /** absent outside demo mode */
  readonly demo: DemoControl | null;
  health(): Health;
  /** what the server itself failed at */
  onError(error: unknown): void;
}
