// npm messenger-bot-tester 1.3.1, unmodified: a Graph API of 2016 and a simulated customer, between two proxies that make up for its age.
// Prints {"graph": Graph API for the bot, "people": where a test runs scripts}. Environment: LARA_TEST_WEBHOOK,
// LARA_TEST_APP_SECRET, LARA_TEST_PAGE.
//
// Where it differs from Messenger, and what the proxies do about it:
// - Send API bodies are checked against version 2.6 strictly: fields that came later (messaging_type, tag, metadata) are taken away first.
// - it answers "OK" to a send, Messenger the ids: an answer as Messenger's is made up.
// - its webhooks are unsigned: signed here over the bytes that are sent. Every message is "mid.0": numbered here.
// - what comes while no script runs (an agent's message) is an error: it is checked by the same rules and kept for the next script.
// - it knows no other calls: those answer an empty list, as for a page without subscriptions.
import tester from 'messenger-bot-tester'
import crypto from 'node:crypto'
import { control, freePort, serve, tell } from './server.mjs'

const { default: Tester, Script, Response, QuickReplyMessage, checkSendAPI } = tester
const playing = new Set()
const unasked = new Map()
let numbers = 0
const json = (response, status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

const hook = await serve(async (request, bytes, response) => {
  const event = JSON.parse(bytes)
  for (const { messaging } of event.entry) for (const item of messaging) {
    numbers += 1
    if (item.message) item.message.mid = `m_tester-${numbers}`
    if (item.postback) item.postback.mid = `m_tester-${numbers}`
  }
  const body = JSON.stringify(event)
  const signature = crypto.createHmac('sha256', process.env.LARA_TEST_APP_SECRET ?? '').update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
  const answer = await fetch(process.env.LARA_TEST_WEBHOOK, { method: 'POST', headers, body })
  response.writeHead(answer.status).end(await answer.text())
})

const port = await freePort()
const page = new Tester(port, hook)
await page.startListening()

const graph = await serve(async (request, bytes, response) => {
  const url = new URL(request.url, 'http://graph')
  const path = url.pathname.replace(/^\/v\d+\.\d+\//, '/')
  if (path === '/me') return json(response, 200, { id: process.env.LARA_TEST_PAGE ?? '1', name: 'Shop' })
  if (request.method !== 'POST' || !/^\/[^/]+\/messages$/.test(path)) return json(response, 200, { data: [] })
  const asked = JSON.parse(bytes)
  delete asked.messaging_type
  delete asked.tag
  delete asked.message?.metadata
  const person = asked.recipient.id
  if (asked.message && !playing.has(person)) {
    if (checkSendAPI(asked) === null) return json(response, 400, { error: { message: 'messenger-bot-tester: bad structure', type: 'OAuthException', code: 100 } })
    unasked.set(person, [...(unasked.get(person) ?? []), asked.message])
    numbers += 1
    return json(response, 200, { recipient_id: person, message_id: `m_sent-${numbers}` })
  }
  const token = url.searchParams.get('access_token') ?? (request.headers.authorization ?? '').replace(/^Bearer /, '')
  const answer = await fetch(`http://127.0.0.1:${port}/v2.6/me/messages?access_token=${encodeURIComponent(token)}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked),
  })
  if (!answer.ok) return json(response, 400, { error: { message: `messenger-bot-tester: ${await answer.text()}`, type: 'OAuthException', code: 100 } })
  numbers += 1
  json(response, 200, { recipient_id: asked.recipient.id, ...(asked.message && { message_id: `m_sent-${numbers}` }) })
})

// What is expected next: a body of this kind whose text holds these words. The library compares whole texts, and replies are personal.
const KINDS = { text: 1, button_template: 7, quick_replies: 9 }
class Holding extends Response {
  constructor(kind, words, seen) {
    super()
    this.type = KINDS[kind]
    this.words = words
    this.seen = seen
  }
  check(payload) {
    this.seen.push(payload.message)
    const text = payload.message.text ?? payload.message.attachment.payload.text
    if (!text.includes(this.words)) throw new Error(`expected ${this.words} in: ${text}`)
    return true
  }
}

tell({
  graph,
  people: await control({
    // {"person", "page", "steps": [{"says"} | {"presses", "title"} | {"hears", "as"}]}: what was heard, or why the script failed.
    plays: async ({ person, page: id, steps }) => {
      const script = new Script(person, id)
      const heard = []
      if (steps.every((step) => 'hears' in step)) {
        for (let tries = 0; tries < 600 && !unasked.get(person)?.length; tries += 1) await new Promise((wake) => setTimeout(wake, 50))
        return { heard: unasked.get(person)?.splice(0, steps.length) ?? [], failed: unasked.has(person) ? undefined : 'nothing was heard' }
      }
      playing.add(person)
      for (const step of steps) {
        if (step.says) script.sendTextMessage(step.says)
        else if (step.presses && step.title) script.script.push(new QuickReplyMessage(person, id, 0).create(step.title, step.presses))
        else if (step.presses) script.sendPostbackMessage(step.presses)
        else script.expectRawResponse(new Holding(step.as ?? 'text', step.hears ?? '', heard))
      }
      try {
        await page.runScript(script)
        return { heard }
      } catch (error) {
        return { heard, failed: String(error?.message ?? error) }
      } finally {
        playing.delete(person)
      }
    },
  }),
})
