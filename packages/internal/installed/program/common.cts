/** The same from CommonJS. `@middy/core` 7 may only be imported; lpipe may be required too. */
import testing = require('@lpipe/testing')
import preset = require('lpipe-preset')

const store = ({ id }: { id: number }) => {
  if (id === 1) throw new preset.FailCatastrophically('the ledger is closed')
}

const main = async (): Promise<void> => {
  const { default: middy } = await import('@middy/core')
  const handler = middy().use(preset.lpipe({ call: store }))
  const sqs = await testing.invoke(handler, testing.sqsEvent([{ id: 0 }, { id: 1 }]))
  console.log(JSON.stringify({ node: process.version.split('.')[0], sqs }))
}

main()
