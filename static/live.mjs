// The screen of a sitting: asks as often as it says of itself whether something changed, and takes only what did.
// A field that somebody is typing in is never written over; what could not be sent stays here and goes when the server is back.
const EVERY = 1000 // where the screen says nothing: what was withdrawn is gone from it within two seconds
const AFTER_FAILURE = 3000
const ASK = { 'X-Confer-Poll': '1' }

const sitting = () => document.getElementById('sitting')
const words = name => sitting()?.dataset[name] ?? ''
let mark = ''
let answer = null
let failed = false
const started = new WeakMap()

// forms -----------------------------------------------------------------------------------------------------------------
const dirty = new WeakSet()
const unsent = new Set()
const sending = new Set()
let kept = null
let pressed = null

const isTyping = part => part.contains(document.activeElement) && document.activeElement.matches('input, textarea, select')
const isDirty = part => [...part.querySelectorAll('form[data-live-form]')].some(form => dirty.has(form) || unsent.has(form))
// An answer that is awaited, or a button held down, needs its form to stay where it is.
const isHeld = part => [...sending].some(form => part.contains(form)) || (pressed !== null && part.contains(pressed))
const anyDirty = () => isDirty(document)

document.addEventListener('input', event => {
  const form = event.target.closest?.('form[data-live-form]')
  if (!form) return
  dirty.add(form)
  form.classList.add('is-dirty')
})

// A note is saved when its writer leaves it; other forms wait for their button.
document.addEventListener('focusout', event => {
  const form = event.target.closest?.('form[data-save-on-leaving]')
  if (form && dirty.has(form) && !form.contains(event.relatedTarget)) form.requestSubmit()
})

document.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  const form = event.target.closest?.('form[data-live-form]')
  if (form) { event.preventDefault(); form.requestSubmit() }
})

document.addEventListener('htmx:beforeRequest', event => {
  const form = event.target
  if (!form.matches?.('form[data-live-form]')) return
  dirty.delete(form)
  const { xhr } = event.detail
  sending.add(form)
  xhr.addEventListener('loadend', () => { // told of by the request itself: a form that has left the page tells nobody
    sending.delete(form)
    clash ||= xhr.status < 200 || xhr.status >= 400
  })
  const status = form.querySelector('[data-draft-status]')
  if (status) { status.textContent = words('saving'); status.classList.remove('confer-waiting') }
})

// What was typed while the answer was on its way is put back over it, with the version that the answer brought.
document.addEventListener('htmx:beforeSwap', event => {
  const form = event.detail.requestConfig?.elt
  kept = null
  if (!form?.matches?.('form[data-live-form]')) return
  unsent.delete(form)
  if (dirty.has(form)) kept = { action: form.getAttribute('action'), fields: valuesOf(form) }
})

document.addEventListener('htmx:afterSwap', () => {
  if (!kept) return
  const form = document.querySelector(`form[data-live-form][action="${kept.action}"]`)
  for (const [name, value] of kept.fields) {
    const field = form?.elements[name]
    if (field && 'value' in field) field.value = value
  }
  if (form) dirty.add(form)
  kept = null
})

function valuesOf (form) {
  const typed = [...form.elements].filter(field => field.matches('textarea, input[type="text"], select') && field.name)
  return typed.map(field => [field.name, field.value])
}

for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.addEventListener(name, event => {
    const form = event.detail.requestConfig?.elt
    if (!form?.matches?.('form[data-live-form]')) return
    dirty.add(form)
    if (name !== 'htmx:responseError') unsent.add(form)
    const status = form.querySelector('[data-draft-status]')
    if (status) { status.textContent = words('waiting'); status.classList.add('confer-waiting') }
  })
}

document.addEventListener('pointerdown', event => { pressed = event.target })
for (const name of ['pointerup', 'pointercancel']) {
  document.addEventListener(name, () => setTimeout(() => { pressed = null })) // the click comes after the release
}

window.addEventListener('beforeunload', event => { if (anyDirty()) event.preventDefault() })
// A step (close, put aside, next item) waits for notes that are still being saved; a clash is shown instead of the step.
let clash = false
let going = null
document.addEventListener('submit', async event => {
  const step = event.target
  if (step === going || step.matches('form[data-live-form], [hx-post]')) return
  const notes = [...document.querySelectorAll('form[data-save-on-leaving]')].filter(form => dirty.has(form))
  if (!notes.length && !sending.size) return
  event.preventDefault()
  clash = false
  for (const form of notes) form.requestSubmit()
  for (let waited = 0; sending.size && waited < 10000; waited += 50) await new Promise(resolve => setTimeout(resolve, 50))
  if (sending.size) state(words('late'))
  if (clash || sending.size) return
  going = step
  step.requestSubmit(event.submitter)
}, true)

function sendAgain () {
  for (const form of [...unsent]) {
    unsent.delete(form)
    if (form.isConnected) form.requestSubmit()
  }
}

// following -------------------------------------------------------------------------------------------------------------
async function look () {
  const root = sitting()
  if (!root || document.hidden) return
  const address = new URL(root.dataset.liveNow, location.href)
  if (root.dataset.liveItem) address.searchParams.set('item', root.dataset.liveItem)
  const headers = { ...ASK, 'X-Confer-Tags': tagsShown(root) }
  if (mark) headers['If-None-Match'] = mark
  const got = await fetch(address, { headers, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' })
  if (got.status === 401 || got.type === 'opaqueredirect') return // the session's own cover asks who is there
  if (got.status === 403) { location.assign((await got.json()).sign ?? location.href); return }
  if (!got.ok) throw new Error(String(got.status))
  back()
  if (got.status !== 204) {
    mark = got.headers.get('ETag') ?? ''
    answer = await got.json()
  }
  if (answer) follow(root)
}

function tagsShown (root) {
  return [...root.querySelectorAll('[data-tag]')].map(part => `${part.id}:${part.dataset.tag}`).join(',')
}

function follow (root) {
  if (answer.over) { if (!anyDirty()) location.assign(root.dataset.liveSitting); return }
  const moved = answer.current !== root.dataset.current || (answer.hidden ? 'yes' : 'no') !== root.dataset.hidden ||
    answer.state !== root.dataset.state
  if (answer.gone || (moved && root.dataset.follows === 'yes')) {
    if (!answer.gone && isHeld(root)) return
    if (answer.gone || !anyDirty()) fetchSitting(root)
    else document.getElementById('moved_on').hidden = false
    return
  }
  for (const [name, tag] of Object.entries(answer.tags)) {
    const part = document.getElementById(name)
    if (!part || part.dataset.tag === tag || part.dataset.fetching === tag) continue
    if (isDirty(part) || isTyping(part)) { say(part); continue }
    if (isHeld(part)) continue
    const drawn = answer.parts?.[name]
    if (drawn) put(part, name, drawn)
    else fetchPart(root, part, name, tag)
  }
  answer.parts = {}
}

// What was opened in the part stays open.
function put (part, name, drawn) {
  const open = [...part.querySelectorAll('details')].map(details => details.open)
  window.htmx.swap(part, drawn, { swapStyle: 'outerHTML', swapDelay: 0, settleDelay: 0 })
  reopen(name, open)
}

function reopen (name, open) {
  const all = [...(document.getElementById(name)?.querySelectorAll('details') ?? [])]
  if (all.length === open.length) all.forEach((details, place) => { details.open ||= open[place] })
}

function fetchSitting (root) {
  mark = ''
  answer = null
  window.htmx.ajax('GET', root.dataset.liveSitting, { source: root, target: '#sitting', swap: 'outerHTML', headers: ASK })
}

function fetchPart (root, part, name, tag) {
  part.dataset.fetching = tag
  const whole = name === 'agenda' || name === 'room'
  const address = (whole ? root.dataset.livePart : root.dataset.liveItemPart).replace('PART', name)
  const open = [...part.querySelectorAll('details')].map(details => details.open)
  window.htmx.ajax('GET', address, { source: part, target: part, swap: 'outerHTML', headers: ASK }).then(() => {
    delete part.dataset.fetching
    reopen(name, open)
  })
}

// Somebody else changed what is being written here: the text stays, and the save will show both.
function say (part) {
  const status = part.querySelector('[data-draft-status]')
  if (status && status.textContent !== words('changed')) status.textContent = words('changed')
}

function back () {
  if (failed) {
    failed = false
    state('')
    sendAgain()
  }
}

function state (text) {
  const line = document.getElementById('live_state')
  if (line && line.textContent !== text) line.textContent = text
}

// the clock -------------------------------------------------------------------------------------------------------------
function tick () {
  for (const clock of document.querySelectorAll('[data-clock]')) {
    if (!started.has(clock)) started.set(clock, Date.now() - Number(clock.dataset.clock) * 1000)
    const minutes = Math.floor((Date.now() - started.get(clock)) / 60000)
    const shown = clock.querySelector('[data-minutes]')
    if (shown && shown.textContent !== String(minutes)) shown.textContent = String(minutes)
    const slot = Number(clock.dataset.slot)
    clock.classList.toggle('confer-clock--over', slot > 0 && minutes >= slot)
    const over = clock.querySelector('[data-over]')
    if (over) over.hidden = !(slot > 0 && minutes >= slot)
  }
}

// The columns begin below the bar that stays in sight, however many lines its title takes.
function measure () {
  const bar = document.querySelector('.confer-sitting__head')
  if (!bar) return
  const height = `${Math.ceil(bar.getBoundingClientRect().height)}px`
  const { style } = document.documentElement
  if (style.getPropertyValue('--confer-bar') !== height) style.setProperty('--confer-bar', height)
}

async function round () {
  let wait = Number(words('liveEvery')) || EVERY
  try {
    await look()
  } catch {
    failed = true
    wait = AFTER_FAILURE
    state(words('unreachable'))
  }
  tick()
  measure()
  setTimeout(round, wait)
}

document.addEventListener('visibilitychange', () => { if (!document.hidden) look().catch(() => {}) })
window.addEventListener('resize', measure)
measure()
round()
