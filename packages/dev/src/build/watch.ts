import { dirname } from 'node:path'
import { watch as watchFolders } from 'chokidar'

/** Watches source files. */
export interface Watcher {
  /** Watches these files from now on, and the folders that they lie in. */
  readonly follow: (files: readonly string[]) => void
  readonly close: () => Promise<void>
}

/** An editor may write a file in several steps, and a person several files at once. */
const quietMillis = 50

/** @param onChange called with the files that changed, once nothing more changes for a moment */
export const watchFiles = (onChange: (files: ReadonlySet<string>) => void): Watcher => {
  const folders = new Set<string>()
  const watcher = watchFolders([], { depth: 0, ignoreInitial: true, ignored: /[\\/](?:node_modules|\.git)[\\/]/ })
  let changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const files = changed
      changed = new Set()
      onChange(files)
    }, quietMillis)
  })
  // A folder that is removed, or too many folders: what is watched already still is.
  watcher.on('error', () => undefined)

  return {
    follow: (files) => {
      const added = files.map((file) => dirname(file)).filter((folder) => !folders.has(folder))
      for (const folder of added) folders.add(folder)
      watcher.add([...new Set(added)])
    },
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
