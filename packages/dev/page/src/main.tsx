import { render } from 'preact'
import { connect } from './state/server.ts'
import { applyTheme } from './state/theme.ts'
import { followRoute } from './state/use-route.ts'
import { Shell } from './views/shell.tsx'

applyTheme()
followRoute()
const root = document.getElementById('app')
if (root !== null) render(<Shell />, root)
void connect(new AbortController().signal)
