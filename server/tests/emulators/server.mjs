// A small HTTP server for the drivers: JSON in, JSON out, on a free port of 127.0.0.1.
import http from 'node:http'

/** Reads a whole body. */
export const body = (request) =>
  new Promise((resolve, reject) => {
    const parts = []
    request.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts))).on('error', reject)
  })

/** Serves `handle(request, bytes, response)`; the URL it is reached at. */
export const serve = (handle) =>
  new Promise((resolve) => {
    const server = http.createServer(async (request, response) => {
      try {
        await handle(request, await body(request), response)
      } catch (error) {
        if (!response.headersSent) response.writeHead(500)
        response.end(String(error?.stack ?? error))
      }
    })
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`))
  })

/** Serves `operations[path](json)`, answering JSON. */
export const control = (operations) =>
  serve(async (request, bytes, response) => {
    const operation = operations[request.url.slice(1)]
    if (!operation) return void response.writeHead(404).end()
    const answer = await operation(bytes.length ? JSON.parse(bytes) : {})
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? null))
  })

/** A port nobody uses, for a server that wants to be told one. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = http.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Tells the test where everything is: one line of JSON. */
export const tell = (places) => console.log(JSON.stringify(places))
