/** Path in front of the identity API. */
export const identityPrefix = '/identity'
