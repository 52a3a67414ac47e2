/**
 * Addresses of the server's own, which are no page of the shell: a path with or without more of it or a query, as
 * `NavigationRoute` hands it over.
 */
export const ownAddresses: RegExp = /^\/(api|health|metrics|builds|sw\.js|config\.json)([/?]|$)/;
