/** One condition on a list: the column has any of the values. */
export interface Filter {
  readonly column: string
  readonly values: readonly (string | number | null)[]
}
