import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'

const work = async (_: { id: number }): Promise<void> => undefined
const processor = new BatchProcessor(EventType.SQS)
const record = ({ body }: SQSRecord) => work(JSON.parse(body).kwargs)

export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, record, processor, { context })
