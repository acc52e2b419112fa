// npm telegram-test-api 4.2.1, unmodified, behind a proxy that makes up for what it is known to get wrong.
// Prints {"api": Bot API for the bot, "people": the emulator's own HTTP for the customers' side}.
//
// Where it differs from Telegram, and what the proxy does about it:
// - Telegram's methods are case-insensitive and teloxide writes PascalCase: the first letter is made small.
// - no long polling: an empty answer to getUpdates is held for a moment. No acknowledgement by offset either: an update is
//   gone once it was read. A test of what a crash loses needs the stand-in of our own.
// - getMe leaves out fields that teloxide requires; set/deleteWebhook, answerCallbackQuery answer null instead of true; a sent
//   message has its date in milliseconds.
// - setWebhook ignores multipart, the only form teloxide sends it in; the secret token is forgotten: the webhook is called through
//   this proxy, which shows the secret as Telegram does. getWebhookInfo is unknown: answered from what was set.
// - callback queries lack chat_instance, which is never absent in Telegram.
// - methods it does not know are a 500, which teloxide takes for an outage: those that only answer true do so here.
import TelegramServer from 'telegram-test-api'
import http from 'node:http'
import { freePort, serve, tell } from './server.mjs'

const HOLD_MS = 200
const ME = { is_bot: true, first_name: 'Bot', can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false, can_connect_to_business: false, has_main_web_app: false }
const ONLY_TRUE = new Set(['sendChatAction', 'setMyCommands', 'deleteMyCommands', 'setMyDescription', 'setMyShortDescription', 'setMyName', 'logOut', 'close'])
const NULL_MEANS_TRUE = new Set(['setWebhook', 'deleteWebhook', 'answerCallbackQuery', 'deleteMessage', 'editMessageReplyMarkup', 'editMessageText'])

const port = await freePort()
const emulator = new TelegramServer({ port, host: '127.0.0.1', storeTimeout: 3600 })
await emulator.start()
const webhooks = new Map()

const post = (path, method, headers, bytes) =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }))
    })
    request.on('error', reject).end(bytes)
  })

const json = (response, status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

/** The fields of a multipart or JSON body. */
const fields = (bytes, type) => {
  if (!/multipart/.test(type ?? '')) return bytes.length ? JSON.parse(bytes) : {}
  const found = {}
  for (const [, name, value] of bytes.toString().matchAll(/name="([^"]+)"\r\n(?:[^\r]+\r\n)*\r\n([\s\S]*?)\r\n--/g)) {
    try { found[name] = JSON.parse(value) } catch { found[name] = value }
  }
  return found
}

/** What Telegram would have sent of an update. */
const completed = (update) => {
  if (update.callback_query) update.callback_query.chat_instance ??= '1'
  return update
}

/** An update on its way to the webhook: with the secret, and the answer as it came. */
const deliver = async (token, bytes, response) => {
  const hook = webhooks.get(token)
  const headers = { 'content-type': 'application/json' }
  if (hook.secret_token) headers['x-telegram-bot-api-secret-token'] = hook.secret_token
  // TLS would end in front of Lara; here nothing stands there.
  const answer = await fetch(hook.url.replace(/^https:/, 'http:'), { method: 'POST', headers, body: JSON.stringify(completed(JSON.parse(bytes))) })
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
}

const api = await serve(async (request, bytes, response) => {
  const url = decodeURIComponent(request.url)
  const hook = url.match(/^\/hook\/(.+)$/)
  if (hook) return deliver(hook[1], bytes, response)
  const [, token, first, rest] = url.match(/^\/bot([^/]+)\/([A-Za-z])([A-Za-z]*)/) ?? []
  if (!token) return void response.writeHead(404).end()
  const method = first.toLowerCase() + rest
  if (ONLY_TRUE.has(method)) return json(response, 200, { ok: true, result: true })
  if (method === 'getWebhookInfo') {
    return json(response, 200, { ok: true, result: { url: webhooks.get(token)?.url ?? '', has_custom_certificate: false, pending_update_count: 0 } })
  }
  const given = fields(bytes, request.headers['content-type'])
  if (method === 'deleteWebhook') webhooks.delete(token)
  if (method === 'setWebhook') {
    webhooks.set(token, { ...given })
    given.url = `${api}/hook/${token}`
  }
  const body = Buffer.from(JSON.stringify(given))
  const answer = await post(`/bot${encodeURIComponent(token)}/${method}`, 'POST', { 'content-type': 'application/json', 'content-length': body.length }, body)
  let value
  try { value = JSON.parse(answer.bytes) } catch { return void response.writeHead(answer.status).end(answer.bytes) }
  if (method === 'getMe' && value.ok) value.result = { ...ME, ...value.result, is_bot: true }
  if (NULL_MEANS_TRUE.has(method) && value.ok) value.result ??= true
  if (method === 'sendMessage' && value.ok) value.result.date = Math.floor(value.result.date / 1000)
  if (method === 'getUpdates' && value.ok) {
    value.result = value.result.map(completed)
    if (value.result.length === 0) await new Promise((wake) => setTimeout(wake, HOLD_MS))
  }
  json(response, answer.status, value)
})

tell({ api, people: `http://127.0.0.1:${port}` })
