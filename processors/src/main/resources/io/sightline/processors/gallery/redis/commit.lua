-- Makes a new generation the gallery's; asked again: the same answer. KEYS: state, lock, state of the new generation.
-- ARGV: base, token, offset up to which the log was read. Returns the generations before, those that nobody has said yet to have been freed.
local fields = {'generation', 'epoch', 'offset', 'entries', 'born', 'whole', 'unfreed'}
local old = redis.call('HMGET', KEYS[1], unpack(fields))
if old[5] == ARGV[2] then
  return {'OK', old[7] or ''}
end
if redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return {'LOCK'}
end
local new = redis.call('HMGET', KEYS[3], unpack(fields))
if not new[1] then
  return {'LOCK'}
end
local key = ARGV[1] .. 'g' .. new[1]
local there = count(key)
if there and there ~= tonumber(new[4]) then
  return {'LOST', there .. ' entries (expected: ' .. new[4] .. ')'}
end
local offset = math.max(tonumber(new[3]), tonumber(ARGV[3]))
local epoch = tonumber(new[2])
local unfreed = old[7] or ''
if old[1] then
  -- Another worker has applied edits that this generation lacks.
  if tonumber(old[3]) > offset then
    return {'BEHIND', old[3]}
  end
  epoch = math.max(epoch, tonumber(old[2]))
  redis.call('UNLINK', ARGV[1] .. 'g' .. old[1])
  unfreed = unfreed .. old[1] .. ' '
end
redis.call('HSET', KEYS[1], 'generation', new[1], 'epoch', string.format('%.0f', epoch), 'offset', string.format('%.0f', offset),
    'entries', new[4], 'born', new[5], 'whole', 1, 'unfreed', unfreed)
redis.call('PERSIST', key)
redis.call('DEL', KEYS[3], KEYS[2])
return {'OK', unfreed}
