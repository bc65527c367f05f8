/** A text for what JSON cannot carry, or carries as something else. */
type JsonFault<T> = T extends string | number | boolean | null
  ? never
  : T extends bigint
    ? 'JSON cannot carry a bigint'
    : T extends symbol
      ? 'JSON cannot carry a symbol'
      : T extends undefined
        ? 'JSON cannot carry undefined: leave the member out'
        : T extends Date
          ? 'JSON cannot carry a Date: send its toISOString()'
          : T extends ReadonlyMap<unknown, unknown>
            ? 'JSON cannot carry a Map: send an array or an object'
            : T extends ReadonlySet<unknown>
              ? 'JSON cannot carry a Set: send an array'
              : T extends PromiseLike<unknown>
                ? 'JSON cannot carry a promise: await it'
                : T extends (...args: never) => unknown
                  ? 'JSON cannot carry a function'
                  : never

/**
 * A type that `T` is assignable to if JSON can carry it. Otherwise it has a text in the place of what JSON cannot carry. It is
 * compared lazily, because types may contain themselves.
 */
export type Json<T> = unknown extends T ? T : [JsonFault<T>] extends [never] ? JsonMembers<T> : JsonFault<T>

/** A branded string has members, those of its brand too: it is not an object. */
type JsonMembers<T> = T extends string | number | boolean | null | { toJSON(): unknown }
  ? T
  : { readonly [M in keyof T]: undefined extends T[M] ? OptionalMember<T, M> : Json<T[M]> }

/** A member that may be missing may be undefined too. */
type OptionalMember<T, M extends keyof T> =
  object extends Pick<T, M> ? Json<Exclude<T[M], undefined>> | undefined : Json<T[M]>
