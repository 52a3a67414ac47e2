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
