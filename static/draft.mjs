// Keeps what is typed in a form with data-draft-url as the member's own draft on the server, never in the browser.
// After two quiet seconds it is sent; what could not be sent waits on the page and goes when the server is back.
const QUIET = 2000
const AGAIN = 15000

class Draft {
  constructor (form) {
    this.form = form
    this.status = form.querySelector('[data-draft-status]')
    this.timer = null
    this.unsent = false
    form.addEventListener('input', () => this.later(QUIET))
    form.addEventListener('change', () => this.later(QUIET))
    form.addEventListener('submit', () => { clearTimeout(this.timer); this.unsent = false })
    window.addEventListener('online', () => { if (this.unsent) this.send() })
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && this.unsent) this.send(true)
    })
  }

  say (words, waits) {
    if (!this.status) return
    this.status.textContent = words
    this.status.classList.toggle('confer-waiting', waits)
  }

  later (wait) {
    this.unsent = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), wait)
  }

  async send (leaving = false) {
    clearTimeout(this.timer)
    const typed = new FormData(this.form)
    this.unsent = false
    try {
      const answer = await fetch(this.form.dataset.draftUrl, {
        method: 'POST', body: typed, keepalive: leaving, credentials: 'same-origin', redirect: 'error'
      })
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status))
      const { said } = await answer.json()
      this.say(said, false)
    } catch {
      this.say(this.status?.dataset.waiting, true)
      if (!leaving) this.later(AGAIN)
    }
  }
}

const begun = new WeakSet()
export function begin (scope) {
  for (const form of scope.querySelectorAll('form[data-draft-url]')) {
    if (begun.has(form)) continue
    begun.add(form)
    new Draft(form)
  }
}

begin(document)
document.addEventListener('htmx:load', event => begin(event.detail.elt.parentElement ?? document))
