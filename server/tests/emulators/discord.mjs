// npm discord-digital-twin 0.1.1, unmodified: REST and gateway are theirs. Beside it a small HTTP surface for the customers' side.
// Prints {"rest", "gateway", "token", "people"}.
//
// Where it differs from Discord:
// - `mentions` of a message on the gateway is always empty: filled in here from <@id> in the text, as Discord does.
// - RESUME is never answered, events are never replayed, direct messages cannot be opened, GET /gateway is unknown, nonces are not
//   enforced: tests of those use the stand-in of our own.
import { DigitalDiscord } from 'discord-digital-twin'
import { control, tell } from './server.mjs'

const twin = new DigitalDiscord({
  botToken: process.env.LARA_TEST_TOKEN || 'fake-token-of-the-twin',
  guild: { id: '1000', name: 'Shop', ownerId: '3000' },
  channels: [{ id: '2000', name: 'general', type: 0 }, { id: '2001', name: 'help', type: 0 }],
  users: [{ id: '3000', username: 'customer' }, { id: '3001', username: 'otherbot', bot: true }, { id: '3002', username: 'second' }],
  botUser: { id: '4000', username: 'shopbot' },
})
await twin.start()

const gateway = twin.server.gateway
const broadcast = gateway.broadcast.bind(gateway)
gateway.broadcast = (event, data) => {
  if (!event.startsWith('MESSAGE_') || !data.content) return broadcast(event, data)
  const mentions = [...data.content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => ({ id, username: id === '4000' ? 'shopbot' : `u${id}`, discriminator: '0', avatar: null, bot: id === '4000' }))
  broadcast(event, { ...data, mentions })
}

const at = (ask) => twin.channel(ask.channel || '2000')
const person = (ask) => at(ask).user(ask.user || '3000')
const people = await control({
  say: (ask) => person(ask).sendMessage({ content: ask.content }),
  edit: (ask) => twin.simulateUserMessageEdit({ channelId: ask.channel || '2000', messageId: ask.id, content: ask.content }),
  del: (ask) => twin.simulateUserMessageDelete({ channelId: ask.channel || '2000', messageId: ask.id }),
  slash: (ask) => person(ask).runSlashCommand({ name: ask.name }),
  click: (ask) => person(ask).clickButton({ messageId: ask.id, customId: ask.custom_id }),
  messages: (ask) => at(ask).getMessages(),
  threads: (ask) => at(ask).getThreads(),
  typing: () => twin.getTypingEvents(),
  ack: (ask) => at(ask).waitForInteractionAck({ interactionId: ask.id, timeout: 3000 }),
  answer: (ask) => at(ask).getInteractionResponse(ask.id),
  connected: () => gateway.clients.filter((client) => client.identified).length,
  drop: () => { for (const client of [...gateway.clients]) client.ws.terminate() },
})

tell({ rest: twin.restUrl, gateway: twin.gatewayUrl, token: twin.botToken, people })
