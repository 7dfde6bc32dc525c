/** Why Keystone could not be asked, or was not understood, in words for the operator. No token is bad because of it. */
export class KeystoneTrouble extends Error {
  override readonly name = 'KeystoneTrouble'
  /** It was waited for in vain, so that others need not wait as well. */
  readonly isSilence: boolean

  constructor(message: string, options: ErrorOptions & { readonly isSilence?: boolean } = {}) {
    super(message, options)
    this.isSilence = options.isSilence ?? false
  }
}
