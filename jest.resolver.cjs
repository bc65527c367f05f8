/** Resolves packages of the workspace to their sources. When Jest looks for the tests that depend on a changed file, as
 * `--watch` does, it names no conditions. */
module.exports = (specifier, options) => {
  const { conditions = ['node', 'import', 'default'] } = options
  return options.defaultResolver(specifier, { ...options, conditions: ['@lpipe/source', ...conditions] })
}
