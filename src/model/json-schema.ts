/** As much of JSON Schema as the schemas of attributes use: for those who read them, as the command line does. */
export interface JsonSchema {
  /** Several: any of them. */
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly readOnly?: boolean
  readonly writeOnly?: boolean
}

/** What stands under the wrapper of a body. */
export interface ObjectSchema extends JsonSchema {
  /** Name of the schema in documents. */
  readonly title: string
  readonly type: 'object'
  readonly properties: Readonly<Record<string, JsonSchema>>
}
