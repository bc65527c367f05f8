/** A user's Lambda, as it would stand in its own repository. */
import middy from '@middy/core'
import {
  action,
  type Call,
  FailButContinue,
  FailCatastrophically,
  fn,
  lpipe,
  type Output,
  payload,
  type StandardSchema,
} from 'lpipe-preset'

enum Path {
  Order = 'ORDER',
  Ship = 'SHIP',
}

interface Order {
  readonly id: number
  readonly name: string
}

const order: StandardSchema<unknown, Order> = {
  '~standard': {
    version: 1,
    vendor: 'user',
    validate: (value) => {
      const { id, name } = value as Partial<Order>
      return typeof id === 'number' && typeof name === 'string'
        ? { value: { id, name } }
        : { issues: [{ message: 'an order has an id and a name' }] }
    },
  },
}

const take = fn(order, ({ id, name }, { signal }: Call) => {
  if (name === 'fail') throw new FailCatastrophically('the ledger is closed')
  if (name === 'drop') throw new FailButContinue('no such customer')
  if (name === 'wait') return new Promise((resolve) => signal.addEventListener('abort', resolve))
  if (name === 'hang') return new Promise(() => undefined)
  return payload({ path: Path.Ship, kwargs: { id } })
})
const ship = ({ id }: Output<typeof order>) => ({ shipped: id })

export const handler = middy().use(
  lpipe({
    paths: { [Path.Order]: [action({ functions: [take] })], [Path.Ship]: [ship] },
    unhandled: 'retry',
  }),
)

/** An invalid graph is a type error, which shows that the types are there and are not `any`. */
export const wrong = () => [
  // @ts-expect-error no path has this name
  lpipe({ paths: { [Path.Order]: [action({ paths: ['NOWHERE'] })] } }),
  // @ts-expect-error there is no such option
  lpipe({ call: ship, retries: 3 }),
  // @ts-expect-error the schema says that name is a string
  fn(order, ({ name }: { name: number }) => name),
]
