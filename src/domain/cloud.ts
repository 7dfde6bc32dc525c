import type { Dialect } from '../model/dialect.ts'
import { type Store, transaction } from '../store/open.ts'
import { audited, type WriteDeed } from './audited-work.ts'
import { type Asking, type Caller, NameNeeded, type Work, type World } from './ports.ts'

/**
 * Where requests do their work: each write in one transaction, with the record of it, and with its consequences told after
 * its commit.
 */
export interface Cloud {
  read<T>(caller: Caller, dialect: Dialect, work: (asking: Asking) => Promise<T>): Promise<T>
  write<T>(caller: Caller, dialect: Dialect, deed: WriteDeed, work: (work: Work) => Promise<T>): Promise<T>
}

export function createCloud(store: Store, world: World): Cloud {
  async function write<T>(
    caller: Caller,
    dialect: Dialect,
    deed: WriteDeed,
    work: (work: Work) => Promise<T>,
  ): Promise<T> {
    const addresses = new Map<string, string | undefined>()
    const addressOf = (name: string) => {
      if (!addresses.has(name)) throw new NameNeeded(name)
      return addresses.get(name)
    }
    for (;;) {
      try {
        return await transaction(store, (tx) => {
          const inTransaction: Work = { tx, caller, dialect, world, addressOf }
          return audited(inTransaction, deed, () => work(inTransaction))
        })
      } catch (error) {
        // Nothing was written: the transaction it ended was rolled back.
        if (!(error instanceof NameNeeded) || addresses.has(error.host)) throw error
        addresses.set(error.host, await world.resolver.resolve(error.host))
      }
    }
  }

  return { read: (caller, dialect, work) => work({ tx: store, caller, dialect, world }), write }
}
