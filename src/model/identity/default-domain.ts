import type { Named } from './named.ts'

/** The domain that there always is; what names no other is in it. */
export const defaultDomain: Named = { id: 'default', name: 'Default' }
