/** Whether anything is going on, and whether anything went on between two looks. */
export interface Activity {
  /** changes whenever something begins or ends */
  readonly version: number
  /** how many things go on */
  readonly running: number
  /** Something begins. What is returned is called when it ends. */
  readonly begin: () => () => void
}

export const makeActivity = (): Activity => {
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
