/** The names of a graph's paths. A member of an enum counts as its text. */
export type Names<P> = `${keyof P & string}`

/** What an option that names a path must be: the name as it was written if there is such a path, otherwise one of the names. */
export type Named<D, P> = D extends NoInfer<Names<P>> ? D : NoInfer<Names<P>>

/** Whether a name may be one of many: a `string`, a branded one, or a template such as `A_${string}`. */
export type IsUnknownName<N extends string> = Record<never, never> extends Record<N, unknown> ? true : false
