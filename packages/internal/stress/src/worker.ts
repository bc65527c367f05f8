/** The stress test in a worker thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { stress } from './stress.ts'

parentPort?.postMessage(await stress(workerData))
