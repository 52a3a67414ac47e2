import type { Running } from './launch.ts';

/** Deploys a build through the public door, as a pipeline would. */
export async function deploy(
  demo: Running,
  name: string,
  url: string,
  integrity?: string,
): Promise<{ status: number; code: string | null }> {
  const reply = await fetch(`${demo.url}/api/catalog/remotes/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url, ...(integrity === undefined ? {} : { integrity }) }),
  });
  const body = (await reply.json()) as { error?: { code: string } };
  return { status: reply.status, code: body.error?.code ?? null };
}

/** Takes a remote out of the catalogue, as its operator would. @returns its URL, to deploy it again */
export async function withdraw(demo: Running, name: string): Promise<string> {
  const catalogue = `${demo.url}/api/catalog`;
  const { remotes } = (await (await fetch(catalogue)).json()) as { remotes: { name: string; url: string }[] };
  const headers = { authorization: `Bearer ${demo.token}` };
  const reply = await fetch(`${catalogue}/remotes/${name}`, { method: 'DELETE', headers });
  if (!reply.ok) throw new Error(`${name} was not withdrawn: ${reply.status} ${await reply.text()}`);
  return remotes.find((remote) => remote.name === name)?.url ?? '';
}
