// The clock of the session: a warning before it rests too long, and a cover afterwards that asks who is there.
// What was typed stays on the page through both. The server decides; this only shows what it says.

const root = document.getElementById('_session')
if (root) begin()

function begin () {
  const warning = document.getElementById('session-warning')
  const lock = document.getElementById('session-lock')
  const left = document.getElementById('session-left')
  const spoken = document.getElementById('session-spoken')
  let token = document.querySelector('#_session input[name="csrfmiddlewaretoken"]').value
  const idle = Number(root.dataset.idle) * 1000
  const STAY_EVERY = 60 * 1000
  const SPOKEN_AT = [60, 30, 10]
  let deadline = Date.now() + idle
  let warningTime = 120 * 1000
  let busy = false
  let active = false
  let lastStay = Date.now()

  const poll = { 'X-Confer-Poll': '1', 'X-Requested-With': 'session' }

  // asking the server -------------------------------------------------------------------------------------------------
  async function ask (url, options) {
    const answer = await fetch(url, { credentials: 'same-origin', redirect: 'manual', ...options })
    if (answer.type === 'opaqueredirect' || answer.headers.get('HX-Redirect')) return null
    if (!answer.ok) throw new Error(String(answer.status))
    return answer.json()
  }

  function take (clock) {
    if (clock === null) return cover('over')
    // Somebody else signed in meanwhile in another tab: this page is not theirs.
    if (clock.member !== root.dataset.member) return location.assign('/')
    renew(clock.csrf)
    deadline = Date.now() + clock.seconds * 1000
    warningTime = clock.warning * 1000
    if (clock.locked) cover('unlock')
    else if (clock.seconds * 1000 > warningTime) hideWarning()
  }

  // Signing in again changes the token that forms carry.
  function renew (csrf) {
    token = csrf
    for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = csrf
    const { body } = document
    if (body.hasAttribute('hx-headers')) body.setAttribute('hx-headers', JSON.stringify({ 'X-CSRFToken': csrf }))
  }

  async function stay () {
    active = false
    lastStay = Date.now()
    take(await ask(root.dataset.stay, { method: 'POST', headers: { ...poll, 'X-CSRFToken': token } }))
  }

  async function look () {
    take(await ask(root.dataset.clock, { headers: poll }))
  }

  async function tick () {
    if (busy || lock.open) return
    const remaining = deadline - Date.now()
    if (warning.open) countDown(remaining)
    busy = true
    try {
      if (active && !warning.open && Date.now() - lastStay > STAY_EVERY) await stay()
      else if (remaining <= 0 || (remaining <= warningTime && !warning.open)) {
        await look()
        if (!lock.open && !warning.open && deadline - Date.now() <= warningTime) showWarning()
      }
    } catch {
      if (remaining <= 0) cover('unreachable')
    } finally {
      busy = false
    }
  }

  // the warning -------------------------------------------------------------------------------------------------------
  function showWarning () {
    warning.showModal()
    document.getElementById('session-warning-title').focus()
    countDown(deadline - Date.now())
  }

  function hideWarning () {
    if (warning.open) warning.close()
  }

  function countDown (remaining) {
    const seconds = Math.max(0, Math.round(remaining / 1000))
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    if (SPOKEN_AT.includes(seconds)) spoken.textContent = `${spoken.dataset.words} ${seconds}`
  }

  // the cover ---------------------------------------------------------------------------------------------------------
  async function cover (why) {
    hideWarning()
    document.body.classList.add('confer-covered')
    if (!lock.open) lock.showModal()
    if (why === 'unlock') {
      try {
        const answer = await fetch(root.dataset.unlock, { credentials: 'same-origin', redirect: 'manual', headers: poll })
        if (answer.type === 'opaqueredirect' || answer.headers.get('HX-Redirect')) why = 'over'
        else if ((answer.headers.get('Content-Type') || '').includes('json')) {
          take(await ask(root.dataset.clock, { headers: poll }))
          return uncover()
        }
        else return show(await answer.text())
      } catch {
        why = 'unreachable'
      }
    }
    lock.replaceChildren(document.getElementById(`session-${why}`).content.cloneNode(true))
    focusFirst()
  }

  function show (html) {
    const part = new DOMParser().parseFromString(html, 'text/html').getElementById('_unlock')
    if (!part) return cover('over')
    lock.replaceChildren(document.adoptNode(part))
    focusFirst()
  }

  function focusFirst () {
    const wrong = lock.querySelector('.govuk-error-summary')
    const first = wrong || lock.querySelector('input:not([type="hidden"])') || lock.querySelector('#unlock-title')
    if (wrong) wrong.setAttribute('tabindex', '-1')
    if (first) first.focus()
  }

  function uncover () {
    lock.close()
    lock.replaceChildren()
    document.body.classList.remove('confer-covered')
    deadline = Date.now() + idle
    document.dispatchEvent(new CustomEvent('confer:unlocked'))
    look().catch(() => {})
  }

  lock.addEventListener('submit', async event => {
    if (event.target.getAttribute('action') !== root.dataset.unlock) return
    event.preventDefault()
    const button = event.submitter
    if (button) button.disabled = true
    try {
      const answer = await fetch(root.dataset.unlock, {
        method: 'POST', body: new FormData(event.target), credentials: 'same-origin', redirect: 'manual',
        headers: { 'X-Requested-With': 'session' }
      })
      if (answer.type === 'opaqueredirect' || answer.headers.get('HX-Redirect')) cover('over')
      else if ((answer.headers.get('Content-Type') || '').includes('json')) uncover()
      else show(await answer.text())
    } catch {
      cover('unreachable')
    }
  })
  lock.addEventListener('click', event => {
    if (event.target.closest('[data-again]')) cover('unlock')
  })
  lock.addEventListener('cancel', event => event.preventDefault())
  warning.addEventListener('cancel', event => { event.preventDefault(); stay().catch(() => {}) })
  document.getElementById('session-stay').addEventListener('click', () => {
    stay().then(hideWarning).catch(() => cover('unreachable'))
  })

  // what counts as activity -------------------------------------------------------------------------------------------
  for (const name of ['keydown', 'pointerdown', 'input']) {
    document.addEventListener(name, () => { if (!warning.open && !lock.open) active = true }, { passive: true })
  }
  document.addEventListener('confer:locked', () => { if (!lock.open) cover('unlock') })
  document.addEventListener('htmx:afterOnLoad', event => {
    const sent = (event.detail.requestConfig || {}).headers || {}
    const { status } = event.detail.xhr
    if (status < 400 && sent['X-Confer-Poll'] !== '1') deadline = Math.max(deadline, Date.now() + idle)
  })
  // A locked answer is not a failure of the page.
  document.addEventListener('htmx:responseError', event => {
    if (event.detail.xhr.status === 401) event.stopImmediatePropagation()
  }, true)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) tick() })
  setInterval(tick, 1000)
}
