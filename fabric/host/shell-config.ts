import type { HostConfiguration } from './host-options.ts';
import type { BrokerSinks } from './sinks/broker-sinks.ts';

/** The document `/config.json`, rendered by the server from `testudo.config.ts`. */
export interface ShellConfig {
  readonly schema: 1;
  readonly mode: 'development' | 'production';
  /** origins that remotes may come from */
  readonly allowedOrigins: readonly string[];
  /** digest of the policy; another one means another shell revision */
  readonly policy: string;
  readonly tenant: string;
  readonly host: HostConfiguration;
  /** of `host`, which changes while the server runs; absent: it does not */
  readonly revision?: number;
  /** which host puts the objects' ops in order: the server that this comes from, or each browser for itself; default `server` */
  readonly authority?: 'server' | 'browser';
  /** of a browser that is its own authority: what it forwards to the broker, which tells its tabs; absent: nothing */
  readonly sinks?: BrokerSinks;
  /** whether `/api/demo` is there (loopback demo mode only) */
  readonly demo: boolean;
}
