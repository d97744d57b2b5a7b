// Starts the design systems' components on the page and on every part that htmx brings in.
import * as govuk from './vendor/govuk/govuk-frontend.min.js'
import * as moj from './vendor/moj/moj-frontend.min.js'

// A part may bring in elements that are already started; that is no error.
const quiet = () => {}

// A question that a choice brings up. (The design system's own way sets aria-expanded on a radio, where it means nothing.)
function reveal (input) {
  const part = document.getElementById(input.dataset.reveals)
  if (part) part.classList.toggle(`govuk-${input.type === 'radio' ? 'radios' : 'checkboxes'}__conditional--hidden`, !input.checked)
}
document.addEventListener('change', event => {
  if (!event.target.matches?.('input[type="radio"], input[type="checkbox"]')) return
  for (const input of (event.target.form || document).querySelectorAll('input[data-reveals]')) reveal(input)
})
// A page that the browser restored may have other choices than the one that was sent.
window.addEventListener('pageshow', () => document.querySelectorAll('input[data-reveals]').forEach(reveal))

function start (scope) {
  govuk.initAll({ scope, onError: quiet })
  moj.initAll({ scope, onError: quiet })
}

start(document)
document.addEventListener('htmx:load', event => {
  const part = event.detail.elt
  if (part !== document.body && part.parentElement) start(part.parentElement)
})

// When the server cannot be reached or refuses, say so and leave everything typed where it is.
function tell (name) {
  const notice = document.getElementById(name)
  if (notice) notice.hidden = false
}
document.addEventListener('htmx:sendError', () => tell('unreachable'))
document.addEventListener('htmx:timeout', () => tell('unreachable'))
document.addEventListener('htmx:responseError', () => tell('unanswered'))
document.addEventListener('htmx:afterOnLoad', () => {
  for (const name of ['unreachable', 'unanswered']) {
    const notice = document.getElementById(name)
    if (notice) notice.hidden = true
  }
})
