// A Kafka program that knows Sightline by docs/topics.md and a schema registry alone.
//
//   node client.mjs read BOOTSTRAP REGISTRY TOPIC...              a JSON line for each record there is by now
//   node client.mjs send BOOTSTRAP REGISTRY TOPIC KEY JSON [FILE] one Avro record, by the latest schema of TOPIC-value; FILE: its image
//   node client.mjs evolve BOOTSTRAP REGISTRY TOPIC KEY JSON FILE SCHEMA
//                                                                 the same by a schema of its own, which it registers first
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import kafkajs from 'kafkajs'
import confluentSchemaRegistry from '@kafkajs/confluent-schema-registry'

const { Kafka, logLevel } = kafkajs
const { SchemaRegistry, SchemaType, COMPATIBILITY } = confluentSchemaRegistry
const [command, bootstrap, registryUrl, ...rest] = process.argv.slice(2)
const registry = new SchemaRegistry({ host: registryUrl })
const kafka = new Kafka({ clientId: 'sightline-interop', brokers: [bootstrap], logLevel: logLevel.ERROR })

// What JSON does not have: bytes as their hash, NaN as text.
const plain = value => {
  if (Buffer.isBuffer(value)) return createHash('sha256').update(value).digest('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

const texts = headers => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value && value.toString('utf8')]))

// Bare pictures stand on some topics too, and on dead-letters whatever could not be read.
async function decoded(bytes) {
  if (bytes === null || bytes[0] !== 0) return { isAvro: false }
  try {
    return { isAvro: true, value: plain(await registry.decode(bytes)) }
  } catch (error) {
    return { isAvro: false, problem: error.message }
  }
}

async function read(topics) {
  const admin = kafka.admin()
  await admin.connect()
  const missing = new Map()
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) missing.set(`${topic}-${partition}`, BigInt(high) - 1n)
    }
  }
  await admin.disconnect()
  if (missing.size === 0) return
  const consumer = kafka.consumer({ groupId: `sightline-interop-${process.pid}` })
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, event => reject(event.payload.error))
    consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const place = `${topic}-${partition}`
        const key = message.key && message.key.toString('utf8')
        console.log(JSON.stringify({ topic, partition, offset: Number(message.offset), key, headers: texts(message.headers), ...await decoded(message.value) }))
        if (BigInt(message.offset) >= (missing.get(place) ?? -1n)) missing.delete(place)
        if (missing.size === 0) resolve()
      }
    }).catch(reject)
  })
  await consumer.disconnect()
}

async function send(topic, key, json, file, schemaId) {
  const record = JSON.parse(json)
  if (file !== undefined) record.image = readFileSync(file)
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  const [sent] = await producer.send({ topic, messages: [{ key, value: await registry.encode(schemaId, record), headers: { 'correlation-id': 'from JavaScript' } }] })
  console.log(JSON.stringify({ topic, partition: sent.partition, offset: Number(sent.baseOffset), schemaId }))
  await producer.disconnect()
}

if (command === 'read') {
  await read(rest)
} else if (command === 'send') {
  const [topic, key, json, file] = rest
  await send(topic, key, json, file, await registry.getLatestSchemaId(`${topic}-value`))
} else if (command === 'evolve') {
  const [topic, key, json, file, schema] = rest
  const { id } = await registry.register({ type: SchemaType.AVRO, schema: readFileSync(schema, 'utf8') }, { subject: `${topic}-value`, compatibility: COMPATIBILITY.BACKWARD })
  await send(topic, key, json, file, id)
} else {
  throw new Error(`command: ${command} (expected: read, send or evolve)`)
}
