import { expect, test } from 'vitest';

import { allowsOrigin, parseShellConfig } from './shell-config.ts';

test('an origin is allowed by itself or by a wildcard for its port', () => {
  const config = { allowedOrigins: ['https://remotes.example', 'http://localhost:*'] };
  expect(allowsOrigin(config, 'https://remotes.example')).toBe(true);
  expect(allowsOrigin(config, 'http://localhost:4001')).toBe(true);
  expect(allowsOrigin(config, 'http://localhost')).toBe(true);
  expect(allowsOrigin(config, 'https://localhost:4001')).toBe(false);
  expect(allowsOrigin(config, 'http://localhost.evil.example:80')).toBe(false);
});

test('another document is refused with a code', () => {
  expect(() => parseShellConfig({ schema: 2 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
