import { type Channel, channel } from 'node:diagnostics_channel'

/** Published by `lpipe:graph` when `pathRouter()` and `lpipe()` are called: both publish, with the same `paths`. */
export interface GraphMade {
  /** The factory. */
  readonly by: 'pathRouter' | 'lpipe'
  /** What it received, checked. */
  readonly options: object
}

/** The channel `lpipe:graph`: a graph was made. It costs nothing without a subscriber. */
export const graphChannel: Channel = /* @__PURE__ */ channel('lpipe:graph')
/** The channel `lpipe:queue`: `queue()` made the queue that is published. It costs nothing without a subscriber. */
export const queueChannel: Channel = /* @__PURE__ */ channel('lpipe:queue')
