// Puts a list in order by dragging; the buttons Up and Down and the typed numbers do the same without this file.
const list = form => form.querySelector('ol')

function ids (form) {
  return [...form.querySelectorAll('input[name="order"]')].map(input => input.value)
}

function send (form) {
  const values = { order: ids(form), csrfmiddlewaretoken: form.querySelector('[name=csrfmiddlewaretoken]').value }
  window.htmx.ajax('POST', form.dataset.ordering, { target: '#agenda_items', swap: 'outerHTML', values })
}

let dragged = null
let before = ''

document.addEventListener('dragstart', event => {
  const item = event.target.closest?.('[data-ordering] ol > li')
  if (!item) return
  dragged = item
  before = ids(item.closest('form')).join()
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', '')
  item.classList.add('confer-agenda__item--dragged')
})

document.addEventListener('dragover', event => {
  const over = dragged && event.target.closest?.('[data-ordering] ol > li')
  if (!dragged) return
  event.preventDefault()
  if (!over || over === dragged || over.parentElement !== dragged.parentElement) return
  const box = over.getBoundingClientRect()
  over[event.clientY < box.top + box.height / 2 ? 'before' : 'after'](dragged)
})

document.addEventListener('drop', event => { if (dragged) event.preventDefault() })

document.addEventListener('dragend', event => {
  if (!dragged) return
  const form = dragged.closest('form')
  dragged.classList.remove('confer-agenda__item--dragged')
  // Given up with Escape, the list goes back; otherwise the new order is sent once.
  if (event.dataTransfer.dropEffect === 'none') restore(form)
  else if (ids(form).join() !== before) send(form)
  dragged = null
})

function restore (form) {
  for (const id of before.split(',')) list(form).append(document.getElementById(`item-${id}`))
}
