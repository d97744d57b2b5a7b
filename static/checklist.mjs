// The checklist's score while it is filled in, and one key per answer.
const form = document.querySelector('[data-checklist]')
if (form) {
  const score = form.querySelector('#score')
  const questions = [...form.querySelectorAll('[data-question]')]
  const keys = { y: 'yes', n: 'no', d: 'unknown' }

  const count = () => {
    const given = questions.map(question => question.querySelector('input[type=radio]:checked')?.value)
    score.textContent = score.dataset.words
      .replace('{yes}', given.filter(answer => answer === 'yes').length)
      .replace('{unknown}', given.filter(answer => answer === 'unknown').length)
      .replace('{none}', given.filter(answer => !answer).length)
  }

  form.addEventListener('change', count)
  form.addEventListener('keydown', event => {
    const answer = keys[event.key.toLowerCase()]
    if (!answer || event.target.type !== 'radio' || event.ctrlKey || event.altKey || event.metaKey) return
    const question = event.target.closest('[data-question]')
    const radio = question?.querySelector(`input[value="${answer}"]`)
    if (!radio) return
    event.preventDefault()
    radio.checked = true
    radio.dispatchEvent(new Event('change', { bubbles: true }))
    const next = questions[questions.indexOf(question) + 1]
    const target = next?.querySelector('input[type=radio]:checked') ?? next?.querySelector('input[type=radio]')
    target?.focus()
  })
  form.querySelector('[data-keys]').hidden = false
  count()
}
