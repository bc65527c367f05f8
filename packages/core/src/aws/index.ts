/** For authors of senders to AWS. */
export { answersById, notMentioned } from './answers.ts'
export { type AwsClient, clientOf } from './client.ts'
export { type MessageAttribute, messageAttributes, sizeOfMessage } from './message-attributes.ts'
export { deduplicationIdOf, groupOf, isMessageId } from './message-groups.ts'
export { checkMessageOptions, messageOptions } from './message-options.ts'
export { onceLoaded, oneAttempt, rethrow, sdkOf, timeouts } from './sdk.ts'
