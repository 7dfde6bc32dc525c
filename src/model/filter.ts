/** One condition on a list: the column has any of the values. */
export interface Filter {
  readonly column: string
  readonly values: readonly (string | number | null)[]
}

/** Which part of a list, in which order. */
export interface Page {
  readonly order: readonly { readonly column: string; readonly descending: boolean }[]
  /** At most so many; `undefined`: all. */
  readonly limit: number | undefined
  /** Id of the object the page begins after, or ends before when going backwards. One that is not there: an empty page. */
  readonly marker: string | undefined
  readonly backwards: boolean
}

/** What is asked of a list. */
export interface Listing {
  readonly filters: readonly Filter[]
  readonly page: Page
}

export const wholeList: Page = { order: [], limit: undefined, marker: undefined, backwards: false }
