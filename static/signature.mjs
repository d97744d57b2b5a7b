// A field in which a signature is drawn with finger, pen or mouse. What is sent are whole points, stroke by stroke:
// "x,y x,y;x,y …" in a field of 600 by 200. Without this the name is typed before a witness, or signed on paper.
const WIDTH = 600
const HEIGHT = 200
const MOST = 3900

function prepare (group) {
  const input = group.querySelector('input[name=strokes]')
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  canvas.className = 'confer-signature-field'
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', group.dataset.wordsCanvas)
  const clear = document.createElement('button')
  clear.type = 'button'
  clear.className = 'govuk-button govuk-button--secondary'
  clear.textContent = group.dataset.wordsClear
  group.append(canvas, clear)

  const pen = canvas.getContext('2d')
  pen.lineWidth = 4
  pen.lineCap = pen.lineJoin = 'round'
  let strokes = read(input.value)
  let stroke = null

  const count = () => strokes.reduce((sum, each) => sum + each.length, 0)
  const keep = () => { input.value = strokes.map(each => each.map(point => point.join(',')).join(' ')).join(';') }
  const draw = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT)
    for (const each of strokes) {
      pen.beginPath()
      each.forEach(([x, y], index) => index ? pen.lineTo(x, y) : pen.moveTo(x, y))
      pen.stroke()
    }
  }
  const at = event => {
    const box = canvas.getBoundingClientRect()
    const scaled = (value, side, most) => Math.min(most, Math.max(0, Math.round(value / side * most)))
    return [scaled(event.clientX - box.left, box.width, WIDTH), scaled(event.clientY - box.top, box.height, HEIGHT)]
  }
  canvas.addEventListener('pointerdown', event => {
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    stroke = [at(event)]
    strokes.push(stroke)
  })
  canvas.addEventListener('pointermove', event => {
    if (!stroke || count() >= MOST) return
    const point = at(event)
    const last = stroke[stroke.length - 1]
    if (point[0] === last[0] && point[1] === last[1]) return
    stroke.push(point)
    draw()
  })
  // The field is there for who draws; a refused signature keeps it in sight.
  const choices = [...(group.closest('form')?.querySelectorAll('input[name=method]') || [])]
  const show = () => { group.hidden = !choices.some(each => each.checked && each.value === 'drawn') && !group.querySelector('.govuk-error-message') }
  for (const each of choices) each.addEventListener('change', show)
  window.addEventListener('pageshow', show)
  show()
  const lift = () => { stroke = null; keep() }
  canvas.addEventListener('pointerup', lift)
  canvas.addEventListener('pointercancel', lift)
  clear.addEventListener('click', () => { strokes = []; keep(); draw() })
  draw()
}

function read (text) {
  if (!/^\d{1,3},\d{1,3}([ ;]\d{1,3},\d{1,3})*$/.test(text)) return []
  return text.split(';').map(part => part.split(' ').map(point => point.split(',').map(Number)))
}

document.querySelectorAll('[data-signature]').forEach(prepare)
