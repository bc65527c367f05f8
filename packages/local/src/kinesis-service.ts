import { setTimeout } from 'node:timers/promises'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import type { StreamSource } from '@lpipe/system/tools'
import { mapStream } from './kinesis-mapping.ts'
import type { LocalStream } from './options.ts'
import { sendToStream } from './send.ts'
import type { SourceService } from './source-service.ts'

/** Creates the streams. */
export const createStreams = async (
  client: KinesisClient,
  streams: Readonly<Record<string, LocalStream>>,
): Promise<SourceService> => {
  const shards: Record<string, readonly string[]> = {}
  for (const [name, stream] of Object.entries(streams)) shards[name] = await createStream(client, name, stream)

  return {
    names: Object.keys(shards),
    send: (name, messages, options) => sendToStream(client, name, messages, options),
    map: (context, source: StreamSource) => mapStream(context, source, client, shards[source.stream] ?? []),
  }
}

/** @returns the ids of the shards */
const createStream = async (
  client: KinesisClient,
  StreamName: string,
  { shards = 1 }: LocalStream,
): Promise<readonly string[]> => {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: shards }))
  for (;;) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }))
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break
    await setTimeout(5)
  }
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }))
  return Shards.map(({ ShardId = '' }) => ShardId)
}
