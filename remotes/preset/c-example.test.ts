import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { decide } from '@testudo/fabric/spec/decide';
import type { DecideRequest, Decision } from '@testudo/fabric/spec/decision';
import { modelObject } from '@testudo/fabric/spec/model-object';

import { remote } from '../../docs/examples/freight/remote.config.ts';
import { callAdapter, loadBuild } from '../../fabric/testing/wasm-world.ts';
import { writeWasmRemote } from './wasm-remote.ts';

const example = join(import.meta.dirname, '../../docs/examples/freight');
const page = readFileSync(join(import.meta.dirname, '../../docs/webassembly.md'), 'utf8');
/** The command that the page tells its readers. */
const [, command = ''] = /^(clang .* freight\.c)$/m.exec(page) ?? [];
const hasCompiler = spawnSync('clang', ['--version']).status === 0 && spawnSync('wasm-ld', ['--version']).status === 0;

describe.skipIf(!hasCompiler)(
  `a model in C${hasCompiler ? '' : ' (skipped: no clang and lld on this machine)'}`,
  () => {
    const root = mkdtempSync(join(tmpdir(), 'testudo-freight-'));
    const directory = join(root, 'freight');
    let sidecar: Sidecar;
    let bytes: Uint8Array<ArrayBuffer>;

    beforeAll(async () => {
      cpSync(example, directory, { recursive: true });
      const [compiler = '', ...options] = command.split(' ');
      execFileSync(compiler, options, { cwd: directory });
      const path = await writeWasmRemote({ ...remote, directory, outputDirectory: join(root, 'builds') });
      sidecar = parseSidecar(readFileSync(join(path, 'remote.json'), 'utf8'));
      bytes = new Uint8Array(readFileSync(join(path, sidecar.entry)));
    }, 30_000);
    afterAll(() => rmSync(root, { recursive: true }));

    const load = () => loadBuild(bytes, { ...sidecar.wasm![0]!, path: 'test.wasm' });

    async function ask(changes: Partial<DecideRequest>): Promise<Decision> {
      const { models } = await load();
      const create: DecideRequest = {
        ...{ at: 'origin', modelName: 'freight', id: 'f1', kind: 'create', current: null, version: 0 },
        ...{ command: null, input: { to: 'Ada', grams: 1250 }, patch: null },
        ...changes,
      };
      return decide(models.get('freight')!.spec, create, { build: 'b1', uuid: () => 'u', now: () => 0 });
    }

    test('its build has a sidecar and one file, which is its entry', () => {
      expect(sidecar).toMatchObject({ name: 'freight', exposes: ['./models'], entry: sidecar.files[0]?.path });
      expect(sidecar.files).toHaveLength(1);
      expect(sidecar.files[0]!.bytes).toBeLessThan(4096);
    });

    test('it makes objects, refuses, and changes them by its command', async () => {
      expect((await ask({})).fields).toEqual({ to: 'Ada', grams: 1250 });
      await expect(ask({ input: { to: 'Ada' } })).rejects.toMatchObject({
        code: 'VALIDATION',
        message: 'a freight must weigh something',
      });
      const current = { grams: 1250, cents: 520 };
      const hurried = await ask({ kind: 'command', command: 'express', current, version: 1, input: null });
      expect(hurried.fields).toEqual({ grams: 1250, cents: 1040, express: true });
    });

    test('it serves its own port', async () => {
      const build = await load();
      const model = modelObject({ modelName: 'freight', id: 'f1', version: 1, fields: { grams: 1250 } });
      expect(await callAdapter({ ...build, models: new Map() }, 'quote', { model })).toEqual({ cents: 520 });
    });
  },
);
