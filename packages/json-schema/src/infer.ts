type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

/**
 * A JSON Schema as a literal, of draft 2020-12 or of the draft that `$schema` names.
 *
 * @see https://json-schema.org/draft/2020-12
 */
export interface JsonSchema {
  readonly type?: TypeName | readonly TypeName[]
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  /** a list is a tuple of draft 2019-09 and older */
  readonly items?: JsonSchema | boolean | readonly (JsonSchema | boolean)[]
  readonly prefixItems?: readonly (JsonSchema | boolean)[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly (JsonSchema | boolean)[]
  readonly oneOf?: readonly (JsonSchema | boolean)[]
  readonly allOf?: readonly (JsonSchema | boolean)[]
  readonly format?: string
  readonly [keyword: string]: unknown
}

/** The type of the values that a schema accepts, as far as the literal says it; otherwise `unknown`. */
export type FromSchema<S> = S extends true
  ? unknown
  : S extends false
    ? never
    : Nullable<S, Typed<S> & AllOf<S> & Union<S, 'anyOf'> & Union<S, 'oneOf'>>

type Nullable<S, T> = S extends { readonly nullable: true } ? T | null : T

type Typed<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly type: infer T }
      ? Named<T extends readonly (infer N)[] ? N : T, S>
      : unknown

type Named<T, S> = T extends 'string'
  ? string
  : T extends 'number' | 'integer'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : T extends 'array'
          ? Entries<S>
          : T extends 'object'
            ? Members<S>
            : unknown

type Entries<S> = S extends { readonly prefixItems: infer P extends readonly unknown[] }
  ? S extends { readonly items: false }
    ? Tuple<P>
    : [...Tuple<P>, ...Rest<S>]
  : Rest<S>

type Rest<S> = (S extends { readonly items: infer I } ? FromSchema<I> : unknown)[]

type Tuple<P> = { -readonly [K in keyof P]: FromSchema<P[K]> }

type Members<S> = Flat<
  Declared<
    S extends { readonly properties: infer P } ? P : Nothing,
    S extends { readonly required: readonly (infer R)[] } ? R : never
  > &
    Others<S>
>

// biome-ignore lint/complexity/noBannedTypes: no property
type Nothing = {}

/** A property that is required, or has a default, is present. */
type Declared<P, R> = {
  -readonly [K in keyof P as IsThere<P[K], K, R> extends true ? K : never]: FromSchema<P[K]>
} & {
  -readonly [K in keyof P as IsThere<P[K], K, R> extends true ? never : K]?: FromSchema<P[K]>
} & { [K in Exclude<R & string, keyof P>]: unknown }

type IsThere<P, K, R> = K extends R ? true : P extends { readonly default: unknown } ? true : false

type Others<S> = S extends { readonly additionalProperties: infer A }
  ? A extends false
    ? Nothing
    : S extends { readonly properties: object }
      ? { [name: string]: unknown }
      : { [name: string]: FromSchema<A> }
  : Nothing

type Flat<T> = { [K in keyof T]: T[K] }

type Union<S, K extends 'anyOf' | 'oneOf'> = S extends { readonly [k in K]: readonly (infer U)[] } ? Each<U> : unknown

type Each<U> = U extends unknown ? FromSchema<U> : never

type AllOf<S> = S extends { readonly allOf: infer L extends readonly unknown[] } ? Both<L> : unknown

type Both<L extends readonly unknown[]> = L extends readonly [infer A, ...infer B] ? FromSchema<A> & Both<B> : unknown
