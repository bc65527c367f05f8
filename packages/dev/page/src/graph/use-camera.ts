import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { type Camera, zoom } from './camera.ts'

const keyStep = 60
const keyZoom = 1.25

/** The camera of a view, moved by dragging, the wheel, two fingers and the keyboard. */
export const useCamera = (view: RefObject<HTMLElement | null>, fit: () => void): Signal<Camera> => {
  const camera = useSignal<Camera>({ x: 0, y: 0, scale: 1 })
  useEffect(() => {
    const element = view.current
    if (element === null) return
    const events = new AbortController()
    const options = { signal: events.signal }
    listenToPointers(element, camera, options)
    element.addEventListener('wheel', (event) => turn(event, element, camera), { ...options, passive: false })
    element.addEventListener('keydown', (event) => press(event, element, camera, fit), options)
    return () => events.abort()
  }, [view, camera, fit])
  return camera
}

const move = (camera: Signal<Camera>, x: number, y: number): void => {
  camera.value = { ...camera.value, x: camera.value.x + x, y: camera.value.y + y }
}

/** One pointer moves the graph, two zoom it. A pointer that goes down on a box moves it too, once it has moved a few pixels. */
const listenToPointers = (element: HTMLElement, camera: Signal<Camera>, options: AddEventListenerOptions): void => {
  const down = new Map<number, { x: number; y: number }>()
  let moved = 0
  const spread = (): number => {
    const [a, b] = [...down.values()]
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y)
  }
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || (event.target as Element).closest('.graph-overlay') !== null) return
      down.set(event.pointerId, { x: event.clientX, y: event.clientY })
      moved = 0
    },
    options,
  )
  element.addEventListener(
    'pointermove',
    (event) => {
      const last = down.get(event.pointerId)
      if (last === undefined) return
      const before = spread()
      const [x, y] = [event.clientX - last.x, event.clientY - last.y]
      down.set(event.pointerId, { x: event.clientX, y: event.clientY })
      moved += Math.abs(x) + Math.abs(y)
      if (moved > 4 && !element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId)
      if (down.size === 1) return move(camera, x, y)
      const box = element.getBoundingClientRect()
      if (before > 0) camera.value = zoom(camera.value, spread() / before, event.clientX - box.x, event.clientY - box.y)
    },
    options,
  )
  const up = (event: PointerEvent): void => {
    down.delete(event.pointerId)
  }
  element.addEventListener('pointerup', up, options)
  element.addEventListener('pointercancel', up, options)
  // A drag is not a click.
  element.addEventListener(
    'click',
    (event) => {
      if (moved > 4) event.stopPropagation()
      moved = 0
    },
    { ...options, capture: true },
  )
}

/** The wheel moves; with Control, as a pinch on a touchpad sends it, it zooms. */
const turn = (event: WheelEvent, element: HTMLElement, camera: Signal<Camera>): void => {
  if ((event.target as Element).closest('.graph-overlay') !== null) return
  event.preventDefault()
  const box = element.getBoundingClientRect()
  const isZoom = event.ctrlKey || event.metaKey
  if (!isZoom) move(camera, -event.deltaX, -event.deltaY)
  else camera.value = zoom(camera.value, Math.exp(-event.deltaY / 200), event.clientX - box.x, event.clientY - box.y)
}

const press = (event: KeyboardEvent, element: HTMLElement, camera: Signal<Camera>, fit: () => void): void => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target !== element) return
  const zoomBy = (factor: number): void => {
    camera.value = zoom(camera.value, factor, element.clientWidth / 2, element.clientHeight / 2)
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(camera, keyStep, 0),
    ArrowRight: () => move(camera, -keyStep, 0),
    ArrowUp: () => move(camera, 0, keyStep),
    ArrowDown: () => move(camera, 0, -keyStep),
    '+': () => zoomBy(keyZoom),
    '=': () => zoomBy(keyZoom),
    '-': () => zoomBy(1 / keyZoom),
    '0': fit,
  }
  const action = keys[event.key]
  if (action === undefined) return
  event.preventDefault()
  action()
}
