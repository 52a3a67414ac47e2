import { hasCode, TestudoError } from '@testudo/fabric/error';
import { checkParts } from '@testudo/fabric/host/check-parts';
import type { HostConfiguration, RunningHost } from '@testudo/fabric/host/host-options';

import { readJsonFile } from '../read-json-file.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';
import { changed, parseChanges } from './configuration-changes.ts';
import type { ConfigurationChanges } from './configuration-changes.ts';

/** The document of `/api/configuration`. */
export interface ConfigurationDocument {
  readonly schema: 1;
  /** goes up with each change */
  readonly revision: number;
  readonly changes: ConfigurationChanges;
}

/** The configuration that hosts share, and the one way to change it while they run. */
export interface ConfigurationService {
  current(): ConfigurationDocument;
  /** the file's configuration with the changes laid over it */
  effective(): HostConfiguration;
  /** Has a host follow from now on; `announce` tells the others that there is another revision. */
  serve(host: Pick<RunningHost, 'configure'>, announce: (revision: number) => void): void;
  /**
   * Replaces the changes: the host takes them over, they are kept, and the other hosts are told. A refusal changes
   * nothing. One at a time.
   * @param ifRevision the revision that they are made of; default any
   * @throws TestudoError `BAD_REQUEST` naming the key; `CONFLICT` when there is another revision now; `UNAVAILABLE` when
   * they cannot be kept
   */
  put(changes: unknown, ifRevision?: number): Promise<ConfigurationDocument>;
}

const nothing: ConfigurationDocument = { schema: 1, revision: 0, changes: {} };

/** Opens what was changed before. @throws TestudoError `CORRUPT` naming the file */
export async function openConfiguration(path: string, file: HostConfiguration): Promise<ConfigurationService> {
  const parse = (value: unknown): ConfigurationDocument => {
    const { schema, revision, changes } = value as ConfigurationDocument;
    if (schema !== 1 || !Number.isSafeInteger(revision)) throw new Error('it is not of schema 1');
    const parsed = parseChanges(changes);
    checkParts(parsed.ports === undefined ? {} : { ports: parsed.ports }, { now: file, models: null });
    return { schema, revision, changes: parsed };
  };
  const kept = await readJsonFile(path, { parse, remedy: 'the configuration is that of testudo.config.ts then' });
  return new KeptConfiguration(path, file, kept ?? nothing);
}

class KeptConfiguration implements ConfigurationService {
  readonly #path: string;
  readonly #file: HostConfiguration;
  #document: ConfigurationDocument;
  #host: Pick<RunningHost, 'configure'> | undefined;
  #announce: (revision: number) => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, file: HostConfiguration, document: ConfigurationDocument) {
    this.#path = path;
    this.#file = file;
    this.#document = document;
  }

  current(): ConfigurationDocument {
    return this.#document;
  }

  effective(): HostConfiguration {
    return changed(this.#file, this.#document.changes);
  }

  serve(host: Pick<RunningHost, 'configure'>, announce: (revision: number) => void): void {
    this.#host = host;
    this.#announce = announce;
    announce(this.#document.revision);
  }

  put(changes: unknown, ifRevision?: number): Promise<ConfigurationDocument> {
    const parsed = parseChanges(changes);
    const turn = this.#last.then(() => {
      this.#demandRevision(ifRevision);
      return this.#put(parsed);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #demandRevision(expected: number | undefined): void {
    const { revision } = this.#document;
    if (expected === undefined || expected === revision) return;
    const problem = `the configuration is at revision ${revision}, not ${expected}; read it again and change that`;
    throw new TestudoError('CONFLICT', problem, { data: { revision } });
  }

  async #put(changes: ConfigurationChanges): Promise<ConfigurationDocument> {
    const former = this.effective();
    const next = { schema: 1, revision: this.#document.revision + 1, changes } as const;
    await this.#use(changed(this.#file, changes));
    try {
      await writeFileAtomically(this.#path, `${JSON.stringify(next, null, 1)}\n`);
    } catch (error) {
      await this.#use(former);
      throw error;
    }
    this.#document = next;
    this.#announce(next.revision);
    return next;
  }

  async #use({ bindings, endpoints, ports = {} }: HostConfiguration): Promise<void> {
    try {
      await this.#host?.configure({ bindings, endpoints, ports });
    } catch (error) {
      if (hasCode(error) && error.code === 'CONFIG_INVALID') {
        throw new TestudoError('BAD_REQUEST', error.message, { cause: error });
      }
      throw error;
    }
  }
}
