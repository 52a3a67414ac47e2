import type { Browser, BrowserContext } from '@playwright/test';

/** The `Cookie` header of a new session of a user's. */
export async function cookieOf(url: string, user: string): Promise<string> {
  const reply = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ user }),
  });
  if (!reply.ok) throw new Error(`${user} cannot sign in at ${url}: ${reply.status} ${await reply.text()}`);
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** A browser profile of its own in which a user is signed in. */
export async function profileOf(browser: Browser, url: string, user: string): Promise<BrowserContext> {
  const [name = '', value = ''] = (await cookieOf(url, user)).split(/=(.*)/);
  const context = await browser.newContext();
  await context.addCookies([{ name, value, url }]);
  return context;
}
