// Keys for answering a long list.  They act only while a case itself, or one of its people, has the focus, so that no key
// of a screen reader, of the browser or of a field is taken away.
const cases = () => [...document.querySelectorAll('[data-research-case]')]

function go (from, step) {
  const all = cases()
  const next = all[all.indexOf(from) + step]
  if (next) { next.focus(); next.scrollIntoView({ block: 'nearest' }) }
}

// The next person of a case of whom nothing is said yet; after the last one the case itself.
function goToPerson (of, person) {
  const all = [...of.querySelectorAll('[data-research-person]')]
  const next = all[all.indexOf(person) + 1] ?? of
  next.focus()
  next.scrollIntoView({ block: 'nearest' })
}

document.addEventListener('keydown', event => {
  const person = event.target.closest?.('[data-research-person]')
  const here = person ? person.closest('[data-research-case]') : event.target
  if (!here.matches?.('[data-research-case]') || event.ctrlKey || event.altKey || event.metaKey) return
  const key = event.key.toLowerCase()
  if (person && key === 'enter') return
  if (key === 'n' && event.shiftKey) document.getElementById('nothing-rest')?.requestSubmit()
  else if (event.shiftKey) return
  else if (key === 'n' && person) person.querySelector('form')?.requestSubmit()
  else if (key === 'n') here.querySelector('form[data-key="n"]')?.requestSubmit()
  else if (key === 'enter') here.querySelector('a[data-key="enter"]')?.click()
  else if (key === 'p') goToPerson(here, person)
  else if (key === 'j') go(here, 1)
  else if (key === 'k') go(here, -1)
  else return
  event.preventDefault()
})

// After an answer the page comes back to its case: go on from there.
const answered = location.hash && document.querySelector(`[data-research-case]${CSS.escape ? '#' + CSS.escape(location.hash.slice(1)) : location.hash}`)
if (answered) answered.focus()
