/** What part of the graph is seen: its point (0, 0) is at (x, y) of the view, and a pixel of it is `scale` pixels. */
export interface Camera {
  readonly x: number
  readonly y: number
  readonly scale: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Area extends Size {
  readonly x: number
  readonly y: number
}

export const scales = { least: 0.08, most: 1.6 }

/** The camera that shows all of the graph, at most in its own size. */
export const fitAll = (graph: Size, view: Size): Camera => {
  const scale = clamp(Math.min(view.width / graph.width, view.height / graph.height, 1))
  return { x: (view.width - graph.width * scale) / 2, y: (view.height - graph.height * scale) / 2, scale }
}

/**
 * The camera of the first look: all of the graph if its text can be read then. Otherwise it shows, in a readable size, the box
 * at the left edge, where messages enter.
 */
export const firstLook = (graph: Size, entry: Area | undefined, view: Size, readable = 0.4): Camera => {
  const all = fitAll(graph, view)
  if (all.scale >= readable) return all
  const middle = entry === undefined ? graph.height / 2 : entry.y + entry.height / 2
  return { x: 0, y: view.height / 2 - middle * readable, scale: readable }
}

/** Zooms by a factor. The point (x, y) of the view stays where it is. */
export const zoom = (camera: Camera, factor: number, x: number, y: number): Camera => {
  const scale = clamp(camera.scale * factor)
  const part = scale / camera.scale
  return { x: x - (x - camera.x) * part, y: y - (y - camera.y) * part, scale }
}

/** Moves the camera as little as possible so that an area of the graph is seen. */
export const reveal = (camera: Camera, area: Area, view: Size, margin = 24): Camera => ({
  ...camera,
  x: camera.x + shift(area.x * camera.scale + camera.x, area.width * camera.scale, view.width, margin),
  y: camera.y + shift(area.y * camera.scale + camera.y, area.height * camera.scale, view.height, margin),
})

const shift = (start: number, length: number, space: number, margin: number): number => {
  if (start < margin || length > space - 2 * margin) return margin - start
  const over = start + length - (space - margin)
  return over > 0 ? -over : 0
}

const clamp = (scale: number): number => Math.min(scales.most, Math.max(scales.least, scale))
