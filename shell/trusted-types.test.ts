import { expect, test } from 'vitest';

import { openScriptUrls } from './trusted-types.ts';

const baseUrl = 'https://app.example/';

test('without Trusted Types a script URL is the absolute URL', () => {
  expect(openScriptUrls({ baseUrl }).scriptUrl('/host.js')).toBe('https://app.example/host.js');
});

test('the policy passes a URL only while the shell vouches for it', () => {
  const made: { name: string; createScriptURL(url: string): string }[] = [];
  const trustedTypes = {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }) {
      made.push({ name, ...rules });
      return { createScriptURL: (url: string) => `trusted:${rules.createScriptURL(url)}` };
    },
  };
  const urls = openScriptUrls({ trustedTypes, baseUrl });
  expect(urls.scriptUrl('/realm.js')).toBe('trusted:https://app.example/realm.js');
  expect(made.map((policy) => policy.name)).toEqual(['testudo']);
  expect(() => made[0]!.createScriptURL('https://app.example/realm.js')).toThrow('not vouched for');
});
