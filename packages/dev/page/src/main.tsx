import { render } from 'preact'
import { tokenInHash } from './api/token.ts'
import { connect } from './state/server.ts'
import { applyTheme } from './state/theme.ts'
import { followRoute } from './state/use-route.ts'
import { Shell } from './views/shell.tsx'

// The address of another server was opened in this tab: a new hash alone does not load the page.
addEventListener('hashchange', () => {
  if (tokenInHash(location) !== null) location.reload()
})
applyTheme()
followRoute()
const root = document.getElementById('app')
if (root !== null) render(<Shell />, root)
void connect(new AbortController().signal)
