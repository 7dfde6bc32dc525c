import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { openStore, transaction } from '../store/open.ts'
import { touchHost } from '../store/outbox.ts'
import { createSealer } from '../store/seal.ts'
import { localControlPlane } from './local-control-plane.ts'
import { randomIds, systemClock } from './world.ts'

it('tells what is committed while it still reads where the outbox begins', async () => {
  const trouble = (error: unknown) => {
    throw error
  }
  const options = { url: 'sqlite://:memory:', clock: systemClock, onTrouble: trouble, onLost: trouble }
  const store = await openStore(options, createSealer(randomBytes(32)))
  const watching = new AbortController()
  await transaction(store, (tx) => touchHost(tx, '2026-01-31T10:00:00'))
  const keys = localControlPlane(store, { clock: systemClock, ids: randomIds }).watch(watching.signal)
  // As where the connection that reads the beginning was slower than the commit and the news of it.
  for (const listener of store.listeners) listener()
  expect((await keys[Symbol.asyncIterator]().next()).value).toBe('host')
  watching.abort()
  await store.close()
})
