/** Counts the work in progress: invocations, batches that are being collected, requests that add messages. */
export interface Activity {
  /** changes whenever something begins or ends */
  readonly version: number
  /** how many things are in progress */
  readonly running: number
  /** Registers something that begins. Returns a function to call when it ends. */
  readonly begin: () => () => void
}

/** Makes an activity in which nothing is in progress. */
export const createActivity = (): Activity => {
  let version = 0
  let running = 0

  return {
    get version() {
      return version
    },
    get running() {
      return running
    },
    begin: () => {
      version += 1
      running += 1
      let ended = false
      return () => {
        if (ended) return
        ended = true
        version += 1
        running -= 1
      }
    },
  }
}
