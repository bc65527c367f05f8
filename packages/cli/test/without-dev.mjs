// Loaded with --import: `@lpipe/dev` is not installed.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== '@lpipe/dev') return next(specifier, context)
    throw Object.assign(new Error("Cannot find package '@lpipe/dev' imported from main.ts"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
  },
})
