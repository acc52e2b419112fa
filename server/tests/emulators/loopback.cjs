// Loaded before every driver (node --require): keeps the emulators to themselves.
// 1 Two of them listen on all interfaces: a port without a host becomes one on 127.0.0.1.
// 2 LARA_TEST_TETHERED: the test holds the other end of stdin. When the test dies, however it dies, so does the emulator.
const net = require('node:net')
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  const bare = (typeof port === 'number' || /^\d+$/.test(port)) && typeof rest[0] !== 'string'
  return bare ? listen.call(this, Number(port), '127.0.0.1', ...rest) : listen.call(this, port, ...rest)
}
if (process.env.LARA_TEST_TETHERED) process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume()
// 3 A webhook that answers 500 or not at all is what some tests are about; it must not end the emulator.
process.on('unhandledRejection', (reason) => console.error('unhandled:', reason?.message ?? reason))
