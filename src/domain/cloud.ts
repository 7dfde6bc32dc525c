import type { Dialect } from '../model/dialect.ts'
import { type Store, transaction } from '../store/open.ts'
import type { Asking, Caller, Work, World } from './ports.ts'

/** Where requests do their work: each write in one transaction, whose consequences are told after its commit. */
export interface Cloud {
  read<T>(caller: Caller, dialect: Dialect, work: (asking: Asking) => Promise<T>): Promise<T>
  write<T>(caller: Caller, dialect: Dialect, work: (work: Work) => Promise<T>): Promise<T>
}

export function createCloud(store: Store, world: World): Cloud {
  return {
    read: (caller, dialect, work) => work({ tx: store, caller, dialect, world }),
    write: (caller, dialect, work) => transaction(store, (tx) => work({ tx, caller, dialect, world })),
  }
}
