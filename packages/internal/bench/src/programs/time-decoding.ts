/** In a fresh process: the time to decode 100 messages of a source or an envelope, as JSON. */
import { timesOf } from '../decoding.ts'

const [, , name = '', rounds = '31'] = process.argv
console.log(JSON.stringify(await timesOf(name, Number(rounds))))
