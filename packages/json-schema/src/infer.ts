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

/** The type of the values that a function receives, as far as the literal says it; otherwise `unknown`. */
export type FromSchema<S> = Values<S, 'output'>

/** The type of the values that a schema accepts, as far as the literal says it; otherwise `unknown`. A property with a default may be missing. */
export type InputOf<S> = Values<S, 'input'>

/** Defaults are added to what a message holds. */
type Side = 'input' | 'output'

type Values<S, D extends Side> = S extends true
  ? unknown
  : S extends false
    ? never
    : Nullable<S, Typed<S, D> & AllOf<S, D> & Union<S, 'anyOf', D> & Union<S, 'oneOf', D>>

/** OpenAPI's `nullable` extends a `type`, and has no effect without one. */
type Nullable<S, T> = S extends { readonly nullable: true; readonly type: unknown } ? T | null : T

type Typed<S, D extends Side> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly type: infer T }
      ? Named<T extends readonly (infer N)[] ? N : T, S, D>
      : unknown

type Named<T, S, D extends Side> = T extends 'string'
  ? string
  : T extends 'number' | 'integer'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : T extends 'array'
          ? Entries<S, D>
          : T extends 'object'
            ? Members<S, D>
            : unknown

type Entries<S, D extends Side> = S extends { readonly prefixItems: infer P extends readonly unknown[] }
  ? S extends { readonly items: false }
    ? Tuple<P, D>
    : [...Tuple<P, D>, ...Rest<S, D>]
  : Rest<S, D>

type Rest<S, D extends Side> = (S extends { readonly items: infer I } ? Values<I, D> : unknown)[]

type Tuple<P, D extends Side> = { -readonly [K in keyof P]: Values<P[K], D> }

type Members<S, D extends Side> = Flat<
  Declared<
    S extends { readonly properties: infer P } ? P : Nothing,
    S extends { readonly required: readonly (infer R)[] } ? R : never,
    D
  > &
    Others<S, D>
>

// biome-ignore lint/complexity/noBannedTypes: no property
type Nothing = {}

type Declared<P, R, D extends Side> = {
  -readonly [K in keyof P as IsThere<P[K], K, R, D> extends true ? K : never]: Values<P[K], D>
} & {
  -readonly [K in keyof P as IsThere<P[K], K, R, D> extends true ? never : K]?: Values<P[K], D>
} & { [K in Exclude<R & string, keyof P>]: unknown }

/** A function receives a property that is required or has a default. A message must have one that is required and has none. */
type IsThere<P, K, R, D extends Side> = P extends { readonly default: unknown }
  ? D extends 'output'
    ? true
    : false
  : K extends R
    ? true
    : false

type Others<S, D extends Side> = S extends { readonly additionalProperties: infer A }
  ? A extends false
    ? Nothing
    : S extends { readonly properties: object }
      ? { [name: string]: unknown }
      : { [name: string]: Values<A, D> }
  : Nothing

type Flat<T> = { [K in keyof T]: T[K] }

type Union<S, K extends 'anyOf' | 'oneOf', D extends Side> = S extends { readonly [k in K]: readonly (infer U)[] }
  ? Each<U, D>
  : unknown

type Each<U, D extends Side> = U extends unknown ? Values<U, D> : never

type AllOf<S, D extends Side> = S extends { readonly allOf: infer L extends readonly unknown[] } ? Both<L, D> : unknown

type Both<L extends readonly unknown[], D extends Side> = L extends readonly [infer A, ...infer B]
  ? Values<A, D> & Both<B, D>
  : unknown
