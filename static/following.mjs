// A page with words that may be withdrawn asks each second, while somebody looks at it, whether they are still to be read.
// Where they changed they go at once; a form that somebody is writing in stays, and then the page is not loaded again.
const EVERY = 1000
const AFTER_FAILURE = 3000
const LEAVING = 5000
const written = new Set()
let gone = false
let leaving = false

document.addEventListener('input', event => {
  const form = event.target.closest?.('form')
  if (form) written.add(form)
})
document.addEventListener('submit', event => written.delete(event.target))
// Somebody goes elsewhere already: nothing takes that from them. A file that is sent keeps the page.
window.addEventListener('beforeunload', () => {
  leaving = true
  setTimeout(() => { leaving = false }, LEAVING)
})

const open = () => document.querySelector('[data-following]')
const writing = () => [...written].filter(form => form.isConnected)

async function look () {
  const root = open()
  if (!root || gone || document.hidden) return
  const headers = { 'X-Confer-Poll': '1', 'If-None-Match': `"${root.dataset.mark}"` }
  const got = await fetch(root.dataset.following, { headers, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' })
  if (root !== open() || got.status === 204) return
  if (got.status === 401 || got.type === 'opaqueredirect') return // the session's own cover asks who is there
  if (got.status >= 500 || got.status === 429) throw new Error(String(got.status))
  take(root)
}

function take (root) {
  const forms = writing()
  gone = true
  clear(root, forms)
  const line = document.createElement('p')
  line.className = 'govuk-body'
  line.setAttribute('role', 'status')
  line.textContent = forms.length ? root.dataset.changedWriting : root.dataset.changed
  root.prepend(line)
  if (!forms.length) setTimeout(() => load(root.dataset.page), leaving ? LEAVING : 0)
}

function load (page) {
  if (page === location.pathname) location.reload()
  else location.assign(page)
}

// All but the forms that are being written in, and what they stand in.
function clear (part, forms) {
  for (const child of [...part.childNodes]) {
    if (forms.some(form => form === child || form.contains(child))) continue
    if (forms.some(form => child.contains(form))) clear(child, forms)
    else child.remove()
  }
}

async function round () {
  let wait = EVERY
  try {
    await look()
  } catch {
    wait = AFTER_FAILURE
  }
  setTimeout(round, wait)
}

document.addEventListener('visibilitychange', () => { if (!document.hidden) look().catch(() => {}) })
window.addEventListener('pageshow', event => { if (event.persisted) look().catch(() => {}) })
round()
